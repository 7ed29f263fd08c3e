package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store/blob"
)

func folder(t testing.TB) (*blob.Folder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "blobs")
	f, err := blob.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	return f, dir
}

func put(t testing.TB, f blob.Store, body string) string {
	t.Helper()
	sha, err := f.Put(t.Context(), []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return sha
}

// names lists what the store holds.
func names(t testing.TB, f blob.Store) map[string]int64 {
	t.Helper()
	found := map[string]int64{}
	err := f.Walk(t.Context(), func(sha string, size int64) error {
		found[sha] = size
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func place(dir, sha string) string { return filepath.Join(dir, sha[:2], sha[2:4], sha) }

func TestABodyIsNamedByItsContentAndReadBack(t *testing.T) {
	f, dir := folder(t)
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(t, "body")
		sha, err := f.Put(context.Background(), body)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(body); sha != hex.EncodeToString(sum[:]) {
			t.Fatalf("named %s, want %x", sha, sum)
		}
		streamed, size, err := f.PutReader(context.Background(), bytes.NewReader(body), 5000)
		if err != nil || streamed != sha || size != int64(len(body)) {
			t.Fatalf("streamed: %s, %d bytes, %v", streamed, size, err)
		}
		got, err := blob.Read(context.Background(), f, sha)
		if err != nil || !bytes.Equal(got, body) {
			t.Fatalf("read back %q, %v; want %q", got, err, body)
		}
	})
	again, err := blob.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	for sha := range names(t, f) {
		if err := blob.Verify(t.Context(), again, sha); err != nil {
			t.Errorf("after opening again: %v", err)
		}
	}
}

func TestTheSameBodyPutAtOnceIsKeptOnce(t *testing.T) {
	f, dir := folder(t)
	body := strings.Repeat("the same words ", 1000)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			sha, err := f.Put(t.Context(), []byte(body))
			if err != nil {
				t.Error(err)
				return
			}
			if err := blob.Verify(t.Context(), f, sha); err != nil {
				t.Errorf("not whole when Put had returned: %v", err)
			}
		})
	}
	wg.Wait()
	if got := names(t, f); len(got) != 1 {
		t.Errorf("kept %d times", len(got))
	}
	if left, _ := os.ReadDir(filepath.Join(dir, "incoming")); len(left) != 0 {
		t.Errorf("%d files left in incoming", len(left))
	}
}

func TestWhatACrashLeftIsNoBodyAndGoesAfterADay(t *testing.T) {
	f, dir := folder(t)
	sha := put(t, f, "whole")
	left := filepath.Join(dir, "incoming", "123456")
	if err := os.WriteFile(left, []byte("half of a bo"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := names(t, f); len(got) != 1 || got[sha] != 5 {
		t.Errorf("the store shows %v", got)
	}
	if _, err := blob.OpenFolder(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); err != nil {
		t.Errorf("a fresh file was removed, and another process may be writing it: %v", err)
	}
	old := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(left, old, old); err != nil {
		t.Fatal(err)
	}
	if _, err := blob.OpenFolder(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestAMissingBodyIsNotFound(t *testing.T) {
	f, dir := folder(t)
	if err := os.WriteFile(filepath.Join(filepath.Dir(dir), "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, sha := range []string{strings.Repeat("a", 64), "", "abcd", "../secret", strings.Repeat("A", 64), "../../../" + strings.Repeat("a", 55)} {
		if _, _, err := f.Open(t.Context(), sha); !kept.Is(err, kept.NotFound) {
			t.Errorf("%q: %v", sha, err)
		}
	}
}

func TestADamagedBodyIsSaidToBeDamagedAndHealsWhenPutAgain(t *testing.T) {
	f, dir := folder(t)
	for name, damage := range map[string]string{"changed": "the mbil of a customer", "cut short": "the mail", "emptied": ""} {
		sha := put(t, f, "the mail of a customer")
		if err := os.WriteFile(place(dir, sha), []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		var damaged *blob.DamagedError
		if _, err := blob.Read(t.Context(), f, sha); !errors.As(err, &damaged) || damaged.SHA != sha {
			t.Errorf("%s: %v", name, err)
		}
		if again := put(t, f, "the mail of a customer"); again != sha {
			t.Errorf("%s: named %s", name, again)
		}
		if err := blob.Verify(t.Context(), f, sha); err != nil {
			t.Errorf("%s: still damaged: %v", name, err)
		}
	}
}

func TestAnUploadAboveTheLimitIsRefusedAndLeavesNothing(t *testing.T) {
	f, dir := folder(t)
	if _, size, err := f.PutReader(t.Context(), strings.NewReader("12345"), 5); err != nil || size != 5 {
		t.Errorf("exactly the limit: %d, %v", size, err)
	}
	if _, _, err := f.PutReader(t.Context(), strings.NewReader("123456"), 5); !kept.Is(err, kept.TooLarge) {
		t.Errorf("above the limit: %v", err)
	}
	torn := io.MultiReader(strings.NewReader("12"), tornReader{})
	if _, _, err := f.PutReader(t.Context(), torn, 5); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a torn upload: %v", err)
	}
	if got := names(t, f); len(got) != 1 {
		t.Errorf("the store shows %v", got)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, "incoming")); len(left) != 0 {
		t.Errorf("%d files left in incoming", len(left))
	}
}

type tornReader struct{}

func (tornReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestADiskThatCannotWriteSaysSo(t *testing.T) {
	f, dir := folder(t)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if sha, err := f.Put(t.Context(), []byte("lost?")); err == nil {
		t.Errorf("it claims to hold %s", sha)
	}
}

// BenchmarkPut keeps bodies of 8 KB from 16 writers, beside the floor: the bare file with one fsync.
func BenchmarkPut(b *testing.B) {
	body := bytes.Repeat([]byte("customer "), 1000)
	b.Run("floor", func(b *testing.B) {
		dir := b.TempDir()
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				file, err := os.CreateTemp(dir, "*")
				if err != nil {
					b.Error(err)
					return
				}
				file.Write(body)
				file.Sync()
				file.Close()
			}
		})
	})
	b.Run("folder", func(b *testing.B) {
		f, _ := folder(b)
		var serial sync.Mutex
		n := 0
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			mine := bytes.Clone(body)
			for pb.Next() {
				serial.Lock()
				n++
				copy(mine, time.Unix(int64(n), 0).UTC().Format(time.RFC3339))
				serial.Unlock()
				if _, err := f.Put(context.Background(), mine); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}
