package main

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/codes"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/why"
)

// statuses are the answers to handshakes that people search for.
var statuses = []int{301, 400, 401, 403, 404, 426, 500, 502, 503, 504}

// addSymptoms adds a page for each thing that somebody sees: an age, a code, a status, a reload. On it are the suspects
// that wslint why names.
func (s *sources) addSymptoms() {
	var body strings.Builder
	body.WriteString("# Symptoms\n\nBrowsers hide the reason. What was seen leads to suspects: begin with the age of " +
		"the connections if it is always the same.\n")
	group := func(title string, list []symptom) {
		fmt.Fprintf(&body, "\n## %s\n\n", title)
		for _, x := range list {
			answer := why.Find(x.Symptom, why.Given{})
			if len(answer.Suspects) == 0 {
				continue
			}
			p := page{
				At: "symptoms/" + x.slug, Title: x.title, Summary: suspected(answer), Names: x.words, Weight: 12,
				Body: s.symptom(x, answer),
			}
			s.add(p)
			fmt.Fprintf(&body, "- [%s](%s): %s\n", x.title, p.address(), p.Summary)
		}
	}
	group("They end at the same age", ages())
	group("They end all at once", []symptom{{
		why.Symptom{AtReload: true}, "all-at-once", "All WebSockets close at the same moment", "reload", "deploy restart",
	}})
	var closed, refused []symptom
	for _, c := range codes.All {
		if c.First == c.Last && c.First >= 1000 && c.First < 3000 {
			word := c.Number()
			closed = append(closed, symptom{
				why.Symptom{Code: c.First}, word, "WebSocket closes with code " + word, word, "onclose " + c.Name,
			})
		}
	}
	group("The browser reports a close code", closed)
	for _, status := range statuses {
		word := fmt.Sprint(status)
		refused = append(refused, symptom{
			why.Symptom{Status: status}, word, "WebSocket handshake answered with " + word, word,
			"unexpected response code " + http.StatusText(status),
		})
	}
	group("The handshake fails with a status", refused)
	s.add(page{At: "symptoms/_index", Body: body.String()})
}

// A symptom is what was seen, and where its page is.
type symptom struct {
	why.Symptom
	slug, title string
	word        string // what wslint why takes
	words       string // what people search for beside the title
}

// ages are the times after which something that is known ends a connection by default.
func ages() (list []symptom) {
	var times []time.Duration
	for _, h := range catalog.Hops {
		times = append(times, h.Idle, h.Life)
	}
	for _, a := range catalog.Apps {
		times = append(times, a.SelfIdle, a.Life)
	}
	slices.Sort(times)
	for _, d := range slices.Compact(times) {
		if d < time.Second || d > 24*time.Hour {
			continue
		}
		n, unit := int(d/time.Second), "second"
		switch {
		case d%time.Hour == 0:
			n, unit = int(d/time.Hour), "hour"
		case d%time.Minute == 0 && d > time.Minute:
			n, unit = int(d/time.Minute), "minute"
		}
		if n != 1 {
			unit += "s"
		}
		word := hop.FormatDuration(d)
		list = append(list, symptom{
			why.Symptom{After: d}, fmt.Sprintf("%d-%s", n, unit), fmt.Sprintf("WebSocket closes after %d %s", n, unit),
			word, fmt.Sprintf("%s disconnects timeout %ds", word, int(d.Seconds())),
		})
	}
	return list
}

// suspected names the likeliest in one line.
func suspected(a why.Answer) string {
	var names []string
	for _, x := range a.Suspects {
		if !slices.Contains(names, x.Name) && len(names) < 4 {
			names = append(names, x.Name)
		}
	}
	return strings.Join(names, ", ")
}

// mostSuspects is how many a page has.
const mostSuspects = 25

// symptom is the page of one, in Markdown.
func (s *sources) symptom(x symptom, a why.Answer) string {
	var body strings.Builder
	fmt.Fprintf(&body, "# %s\n\n", x.title)
	body.WriteString("With your configuration, wslint names the hop and the line:\n\n")
	fmt.Fprintf(&body, "```console\n$ wslint why %s nginx.conf\n```\n\n", x.word)
	if at := s.at[x.word]; at != "" {
		fmt.Fprintf(&body, "What the code itself says: [%s](%s). ", x.word, at)
	}
	body.WriteString("Without one, these are the suspects, the likeliest first.\n\n")
	for i, suspect := range a.Suspects {
		if i == mostSuspects {
			fmt.Fprintf(&body, "\nThere are %d more: `wslint why --verbose %s` lists all.\n", len(a.Suspects)-i, x.word)
			break
		}
		body.WriteString(s.suspect(i+1, suspect))
	}
	if len(a.Notes) > 0 {
		body.WriteString("\n## What else to know\n\n")
	}
	for _, note := range a.Notes {
		fmt.Fprintf(&body, "- %s\n", escaped(note))
	}
	return body.String()
}

// suspect is one of them as an item of a list.
func (s *sources) suspect(n int, x why.Suspect) string {
	name := "**" + escaped(x.Name) + "**"
	if at := s.at[strings.ToLower(x.Name)]; at != "" {
		name = "[" + name + "](" + at + ")"
	}
	var item strings.Builder
	fmt.Fprintf(&item, "%d. %s", n, name)
	if x.Setting != "" {
		setting := "`" + x.Setting + "`"
		if at := s.at[strings.ToLower(x.Setting)]; at != "" {
			setting = "[" + setting + "](" + at + ")"
		}
		item.WriteString(", " + setting)
	}
	fmt.Fprintf(&item, " (%s): %s.", x.Likelihood, escaped(x.Reason))
	if x.Cure != "" {
		fmt.Fprintf(&item, " To fix this: %s.", escaped(x.Cure))
	}
	if at := s.at[x.Rule]; at != "" {
		fmt.Fprintf(&item, " Rule: [%s](%s).", x.Rule, at)
	}
	if x.Source != "" {
		fmt.Fprintf(&item, " Source: %s.", escaped(x.Source))
	}
	return item.String() + "\n"
}

// escaped is a text in which nothing is Markdown.
func escaped(text string) string {
	return strings.NewReplacer("*", `\*`, "_", `\_`, "<", `\<`, "[", `\[`, "`", "\\`").Replace(cmp.Or(text, "?"))
}
