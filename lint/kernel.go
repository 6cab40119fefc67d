package lint

import (
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/sysctl"
)

// splitArgs parts files of kernel settings from configurations. Only what is named counts: a sysctl.d somewhere below a directory
// may belong to any host.
func splitArgs(args []string) (configurations, settings []string) {
	for _, a := range args {
		if sysctl.IsName(a) {
			settings = append(settings, a)
		} else {
			configurations = append(configurations, a)
		}
	}
	return configurations, settings
}

// readKernel reads the kernel settings of the configuration file and of the arguments.
func (r *run) readKernel(named []string) error {
	var names []string
	for _, e := range r.in.Config.Kernel {
		file := r.beside(e.Value)
		if _, err := sysctl.Read([]string{file}, r.in.ReadFile); err != nil {
			return &PlaceError{Pos: e.Pos, Text: plainPathError(err).Error(), Line: lineOf(r.in.Config.Src, e.Pos.Line)}
		}
		names = append(names, file)
	}
	names = append(names, named...)
	if len(names) == 0 {
		return nil
	}
	files, err := sysctl.Read(names, r.in.ReadFile)
	if err != nil {
		return plainPathError(err)
	}
	for _, f := range files {
		r.files[f.Name] = f.Src
		r.settings = append(r.settings, f.Name)
		r.texts[f.Name] = sysctl.Text(f)
		r.result.Files++
	}
	k, notes := sysctl.Parse(files)
	r.kernel = &k
	r.result.Debug = append(r.result.Debug, notes...)
	for _, s := range []struct {
		pos hop.Pos
		why string
	}{
		{k.WindowScaling.Pos, k.WindowScaling.Why()}, {k.Keepalive.Pos, k.Keepalive.Why()},
		{k.Ports.Pos, k.Ports.Why()}, {k.Tracked.Pos, k.Tracked.Why()},
	} {
		if s.why != "" {
			r.unknown(s.pos, s.why)
		}
	}
	return nil
}
