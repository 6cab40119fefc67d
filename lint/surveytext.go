package lint

import (
	"errors"
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

// targetsText declares the versions that images name, or that somebody says. It asks for those of programs whose
// configurations are here.
func (s *survey) targetsText(line func(string, ...any)) {
	var known, from, open, examples []string
	for _, p := range Programs() {
		version, where, question := s.target(p)
		switch {
		case version != "":
			known, from = append(known, fmt.Sprintf("%s: %q", p.Name, version)), append(from, where)
		case question != "":
			open, examples = append(open, question), append(examples, fmt.Sprintf("%s: %q", p.Name, p.Example))
		}
	}
	if known == nil && open == nil {
		return
	}
	line("")
	for _, question := range open {
		line("# %s", question)
	}
	switch {
	case known == nil:
		line("# targets: {%s}", strings.Join(examples, ", "))
		return
	case open != nil:
		line("# Then add it to targets: %s", strings.Join(examples, ", "))
	}
	line("# %s", strings.Join(from, ", "))
	line("targets: {%s}", strings.Join(known, ", "))
}

// target is the version of a program and what tells of it, or a question; all are "" for a program that is not here.
func (s *survey) target(p Program) (version, where, question string) {
	list := s.versions(p.Name)
	switch {
	case len(list) == 0 && !s.reads(p.Name):
		return "", "", ""
	case len(list) == 1:
		return list[0].version, list[0].file, ""
	case len(list) > 1:
		question = fmt.Sprintf("Which %s counts? %s.", p.Name, imagesText(list))
	default:
		question = fmt.Sprintf("Which %s runs this? Defaults differ; unset, it is %s.", p.Name, p.Default)
	}
	return s.asks(question+" A version, like "+p.Example, errorOf(p.Check)), "asked", question
}

// errorOf is a check of an answer that says only whether it is good.
func errorOf(check func(string) (string, error)) func(string) error {
	return func(s string) error {
		_, err := check(s)
		return err
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
	return s.askKeepalive(line, len(sure) == 1)
}

// askKeepalive asks for what nobody could tell: how often something is sent on an idle connection.
func (s *survey) askKeepalive(line func(string, ...any), sure bool) *catalog.App {
	said := map[string]bool{}
	for _, d := range s.needs {
		a, _ := catalog.FindApp(d.App)
		if (!sure || !d.Surely) && !said[d.Name] {
			said[d.Name] = true
			line("# %s is a dependency (%s): %s.", d.Name, d.file, sends(a))
		}
	}
	question := "Does it serve these WebSockets, and how often does it send something on an idle connection," +
		" or nothing (none)?"
	if len(s.needs) == 0 {
		question = "What serves the WebSockets, and how often does it send something on an idle connection?" +
			" wslint apps lists defaults."
	}
	ask := "How often does the server ping on an idle connection? Like 25s; none: it sends nothing"
	every := s.asks(ask, func(answer string) error {
		if answer == "none" {
			return nil
		}
		_, err := parseDuration(answer)
		return err
	})
	if every != "" {
		line("# asked")
		line("keepalive: %s", every)
		return nil
	}
	line("# %s", question)
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

// mostNames is how many names a comment lists.
const mostNames = 5

// pathsText declares the endpoints whose URLs are sure, and asks about the others.
func (s *survey) pathsText(line func(string, ...any), app *catalog.App) {
	line("")
	places, balancers := s.endpoints(), s.balancers()
	if n := len(balancers); n > 0 {
		names := balancers[:min(n, mostNames)]
		if n > mostNames {
			names = append(slices.Clone(names), fmt.Sprintf("%d more", n-mostNames))
		}
		line("# Described in these files: %s. Does one of them stand in front?", strings.Join(names, ", "))
	}
	sure, asked := s.settle(places)
	if len(sure) > 0 {
		line("# What is in front of each: a load balancer, a CDN? Write it first: wslint hops lists names.")
		line("paths:")
	}
	for _, p := range sure {
		line("  - url: %s", p.url)
		switch {
		case p.front != "":
			line("    through: [%s] # asked", p.front+comma(p.hop()))
		case p.hop() != "":
			line("    # through: [%s]", p.hop())
		}
		if app != nil {
			line("    app: %s", app.Name)
		}
	}
	s.askPaths(line, asked, len(sure))
}

// comma is a further element of a list.
func comma(s string) string {
	if s == "" {
		return ""
	}
	return ", " + s
}

// askPaths lists endpoints that are found and whose URLs are not sure; without any, how to declare one.
func (s *survey) askPaths(line func(string, ...any), asked []place, sure int) {
	if len(asked) == 0 && sure > 0 {
		return
	}
	if len(asked) == 0 {
		line("# Where do browsers connect to, and what is on the way?")
		line("# paths:")
		line("#   - url: wss://chat.example.com/ws")
		line("#     through: [alb, nginx: deploy/nginx.conf]")
		return
	}
	line("# Found; what do browsers connect to there (wss:, which host), and what is on the way? Write what is in front" +
		" first.")
	if sure == 0 {
		line("# paths:")
	}
	const most = 10
	for i, p := range asked {
		if i == most {
			line("#   … and %d more: wslint check lists them", len(asked)-most)
			break
		}
		line("#   - url: %s", p.url)
		if p.hop() != "" {
			line("#     through: [%s]", p.hop())
		}
	}
}

// settle tells endpoints whose URLs are sure from others, and asks for those of a few of them.
func (s *survey) settle(places []place) (sure, open []place) {
	const most = 3
	asked := 0
	for _, p := range places {
		if !p.sure() {
			if asked++; asked > most {
				open = append(open, p)
				continue
			}
			ask := fmt.Sprintf("What do browsers connect to, to reach %s (%s)? Like wss://chat.example.com/ws", p.url, p.file)
			answer := s.asks(ask, func(answer string) error { _, err := parseURL(answer); return err })
			if answer == "" {
				open = append(open, p)
				continue
			}
			p.url, _ = parseURL(answer)
			if slices.ContainsFunc(sure, func(q place) bool { return q.url.String() == p.url.String() }) {
				continue
			}
		}
		if s.asker != nil && p.hop() != "" {
			p.front = s.front(p)
		}
		sure = append(sure, p)
	}
	return sure, open
}

// front asks what stands in front of an endpoint.
func (s *survey) front(p place) string {
	suggestion := "like cloudflare, alb; nothing: none"
	if names := s.balancers(); len(names) > 0 {
		suggestion = "like " + names[0] + "; nothing: none"
	}
	answer := s.asks(fmt.Sprintf("What is in front of %s, from the browser on? Names with commas, %s", p.url, suggestion),
		func(text string) error { return tried(p, text) })
	if answer == "none" {
		return ""
	}
	return answer
}

// tried says what is wrong with hops in front of an endpoint.
func tried(p place, front string) error {
	if front == "none" {
		return nil
	}
	text := fmt.Sprintf("paths:\n  - url: %s\n    through: [%s, %s]\n", p.url, front, p.hop())
	c, err := ParseConfig(ConfigName, []byte(text))
	var at *PlaceError
	switch {
	case errors.As(err, &at):
		return errors.New(at.Text)
	case err != nil:
		return err
	}
	for _, e := range c.Paths[0].Through {
		if _, known := c.station(e); !known && e.Value == "" {
			return fmt.Errorf("unknown hop %q: wslint hops lists those that are known", e.Kind)
		}
	}
	return nil
}
