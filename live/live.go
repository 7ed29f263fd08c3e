// Package live pushes committed events to open screens, and knows who is looking at what. It reads the
// event log through a function it is handed, and does not know what an event means, how it was made,
// or who may see it: a stream brings its own filter.
package live
