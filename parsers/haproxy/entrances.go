package haproxy

import "github.com/wslint/wslint/hop"

// Entrances is not yet written.
func (c *Config) Entrances() []hop.Entrance { return nil }
