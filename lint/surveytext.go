package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

// text writes the configuration file.
func (s *survey) text() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# What wslint cannot read in configurations. docs/configuration.md explains every key;" +
		" wslint config show: what holds.")
	line("# yaml-language-server: $schema=%s", SchemaURL)
	s.targetsText(line)
	app := s.keepaliveText(line)
	s.pathsText(line, app)
	line("")
	line("# Files that are wrong on purpose, or nobody's here?")
	line("# exclude: [fixtures]")
	return b.String()
}

// targetsText declares the versions that images name.
func (s *survey) targetsText(line func(string, ...any)) {
	for _, p := range Programs() {
		line("")
		list := s.versions(p.Name)
		switch {
		case len(list) == 1:
			line("# %s", list[0].file)
			line("targets: {%s: %q}", p.Name, list[0].version)
			continue
		case len(list) > 1:
			line("# Which %s counts? %s.", p.Name, imagesText(list))
		default:
			line("# Which %s runs this? Defaults differ; unset, it is %s.", p.Name, p.Default)
		}
		line("# targets: {%s: %q}", p.Name, p.Example)
	}
}

func imagesText(list []image) string {
	var parts []string
	for _, i := range list {
		parts = append(parts, i.version+" in "+i.file)
	}
	return strings.Join(parts, ", ")
}

// keepaliveText declares the pings of the only application that surely serves the sockets, and returns it; nil where
// nobody can tell.
func (s *survey) keepaliveText(line func(string, ...any)) *catalog.App {
	line("")
	var sure []dependency
	for _, d := range s.needs {
		if d.Surely && !slices.ContainsFunc(sure, func(x dependency) bool { return x.App == d.App }) {
			sure = append(sure, d)
		}
	}
	if len(sure) == 1 {
		d := sure[0]
		a, _ := catalog.FindApp(d.App)
		every, at, known := s.every(d.Package, a)
		switch {
		case known && every > 0 && a.Kind != "":
			from := "by default"
			if !at.IsZero() {
				from = "set in " + at.String()
			}
			kind := a.Kind
			if a.Moves() == hop.Either {
				kind = "ping" // it is answered, as a ping is
			}
			line("# %s (%s): %s", a.What, d.file, from)
			line("keepalive: {every: %s, from: %s, kind: %s}", hop.FormatDuration(every), a.From.Names()[0], kind)
			if at.IsZero() {
				return &a
			}
			return nil
		case !known:
			line("# How often does %s ping? %s sets it (%s).", a.What, d.Setting, at)
		}
	}
	for _, d := range s.needs {
		a, _ := catalog.FindApp(d.App)
		if len(sure) != 1 || !d.Surely {
			line("# %s is a dependency (%s): %s.", d.Name, d.file, sends(a))
		}
	}
	if len(s.needs) == 0 {
		line("# What serves the WebSockets, and how often does it send something on an idle connection?" +
			" wslint apps lists defaults.")
	} else {
		line("# Does it serve these WebSockets, and how often does it send something on an idle connection," +
			" or nothing (none)?")
	}
	line("# keepalive: {every: 25s, from: server, kind: ping}")
	return nil
}

// sends says what an application does by default.
func sends(a catalog.App) string {
	if a.Every == 0 {
		return a.What + " sends nothing by itself"
	}
	return fmt.Sprintf("%s sends a %s every %s", a.What, a.Kind, hop.FormatDuration(a.Every))
}

// pathsText declares the endpoints whose URLs are sure, and asks about the others.
func (s *survey) pathsText(line func(string, ...any), app *catalog.App) {
	line("")
	places, balancers := s.endpoints(), s.balancers()
	front := "alb"
	if len(balancers) > 0 {
		line("# Described in these files: %s. Does one of them stand in front?", strings.Join(balancers, ", "))
		front = balancers[0]
	}
	sure := slices.DeleteFunc(slices.Clone(places), func(p place) bool { return !p.sure() })
	if len(sure) > 0 {
		line("# What is in front of each: a load balancer, a CDN? Then through: [%s, …].", front)
		line("paths:")
		for _, p := range sure {
			line("  - url: %s", p.url)
			line("    # through: [%s, %s: %s]", front, p.format, p.file)
			if app != nil {
				line("    app: %s", app.Name)
			}
		}
	}
	asked := slices.DeleteFunc(slices.Clone(places), func(p place) bool { return p.sure() })
	if len(asked) == 0 && len(sure) > 0 {
		return
	}
	if len(asked) == 0 {
		line("# Where do browsers connect to, and what is on the way?")
		line("# paths:")
		line("#   - url: wss://chat.example.com/ws")
		line("#     through: [%s, nginx: deploy/nginx.conf]", front)
		return
	}
	line("# Found; what do browsers connect to there (wss:, which host), and what is on the way?")
	if len(sure) == 0 {
		line("# paths:")
	}
	const most = 10
	for i, p := range asked {
		if i == most {
			line("#   … and %d more: wslint check lists them", len(asked)-most)
			break
		}
		line("#   - url: %s", p.url)
		line("#     through: [%s, %s: %s]", front, p.format, p.file)
	}
}
