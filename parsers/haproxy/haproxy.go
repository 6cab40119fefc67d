package haproxy

import "github.com/wslint/wslint/parsers"

// An evalConfig is a configuration that serves handshakes. It implements hop.Source. It does not change once read.
type evalConfig struct {
	*Config
	// Problems are what HAProxy refuses to start with.
	Problems []parsers.Problem
}

// Read reads one configuration file. What HAProxy would refuse to start with is in the configuration's Problems; the error is that
// of reading the file.
func Read(name string, o Options) (*evalConfig, error) {
	c, err := readConf(name, o)
	if err != nil {
		return nil, err
	}
	return &evalConfig{c, Problems(c)}, nil
}

// Parse reads a configuration that is in memory.
func Parse(f *parsers.File, o Options) *evalConfig {
	c := parseConf(f, o)
	return &evalConfig{c, Problems(c)}
}
