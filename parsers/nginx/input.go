package nginx

import "io"

// Read reads the configurations that the arguments name: files, directories, dumps, "-" for stdin. See Options.
func Read(args []string, stdin io.Reader, o Options) ([]*Tree, error) { return nil, nil }
