package parsers

import "github.com/wslint/wslint/hop"

// A Text is what a parser knows of a file beside its meaning: enough to find ignore comments and what they are about.
type Text = hop.Text

// A Comment is the bytes [Start, End) of a text, with the mark that begins it and without the end of the line.
type Comment = hop.Comment

// A Block is the lines from the one that opens it to the one that closes it, counted from 1.
type Block = hop.Block
