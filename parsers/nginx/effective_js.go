package nginx

// block returns nil: what gonginx's dumper imports does not build for browsers, where the playground shows no blocks.
func (r *run) block() func() string { return nil }
