// Package kept holds the words of the product: one file per noun, the same word in table, URL,
// event and button. It imports the standard library only, and knows nothing of how a thing is
// stored, sent or shown.
package kept

// ID names one row of one kind. Zero means "none".
type ID int64
