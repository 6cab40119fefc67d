package parsers

// A Text is what a parser knows of a file beside its meaning: enough to find ignore comments and what they are about.
type Text struct {
	File     string
	Src      []byte
	Comments []Comment // in the order of the file
	Blocks   []Block   // in any order
	Editable bool      // edits of Src can be applied
}

// A Comment is the bytes [Start, End) of a text, with the mark that begins it and without the end of the line.
type Comment struct {
	Start, End int
	// Says is what a value says that stands for a comment where the format has none, and Of is what it is about.
	Says string
	Of   Block
}

// A Block is the lines from the one that opens it to the one that closes it, counted from 1.
type Block struct{ First, Last int }
