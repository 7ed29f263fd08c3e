package bench

import "context"

func Ingest(context.Context, Options) (Result, error) { return Result{}, nil }
func List(context.Context, Options) (Result, error) { return Result{}, nil }
func Conversation(context.Context, Options) (Result, error) { return Result{}, nil }
func Search(context.Context, Options) (Result, error) { return Result{}, nil }
func Reply(context.Context, Options) (Result, error) { return Result{}, nil }
func Live(context.Context, Options) (Result, error) { return Result{}, nil }
func Deadline(context.Context, Options) (Result, error) { return Result{}, nil }
func Start(context.Context, Options) (Result, error) { return Result{}, nil }
