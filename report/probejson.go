package report

import (
	"io"
	"time"

	"github.com/wslint/wslint/probe"
)

type probeJSON struct {
	Version    int             `json:"version"`
	URL        string          `json:"url"`
	Handshake  probedJSON      `json:"handshake"`
	Steps      []probeStepJSON `json:"steps"`
	Answer     *probeHeadJSON  `json:"answer"`
	Browsers   []browserJSON   `json:"browsers"`
	Signs      []signJSON      `json:"signs"`
	Idle       *probeIdleJSON  `json:"idle"`
	Claims     []claimJSON     `json:"predictions"`
	Undeclared []signJSON      `json:"undeclared"`
	Suspects   []suspectJSON   `json:"suspects"`
}

type probedJSON struct {
	Outcome string   `json:"outcome"`
	Status  *int     `json:"status"`
	By      string   `json:"by"`
	Why     string   `json:"why"`
	Seconds *float64 `json:"seconds"`
}

type probeStepJSON struct {
	Step    string   `json:"step"`
	Seconds float64  `json:"seconds"`
	Text    string   `json:"text"`
	More    []string `json:"more"`
	Error   string   `json:"error"`
	Hint    string   `json:"hint"`
}

type probeHeadJSON struct {
	Early   []string     `json:"early"`
	Line    string       `json:"line"`
	Headers []headerJSON `json:"headers"`
	Body    []string     `json:"body"`
}

type headerJSON struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type browserJSON struct {
	Browser string `json:"browser"`
	Opens   bool   `json:"opens"`
	Why     string `json:"why"`
}

type signJSON struct {
	Hop    string `json:"hop"`
	What   string `json:"what"`
	Header string `json:"header"`
	Value  string `json:"value"`
	Source string `json:"source"`
}

type probeIdleJSON struct {
	Found       string      `json:"found"`
	Least       *float64    `json:"leastSeconds"`
	Most        *float64    `json:"mostSeconds"`
	Keeps       []float64   `json:"keepsSeconds"`
	Fails       []float64   `json:"failsSeconds"`
	Took        float64     `json:"tookSeconds"`
	Interrupted bool        `json:"interrupted"`
	Connections []watchJSON `json:"connections"`
}

type watchJSON struct {
	Every  *float64 `json:"everySeconds"`
	End    string   `json:"end"`
	Age    float64  `json:"ageSeconds"`
	Since  float64  `json:"idleSeconds"`
	Code   *int     `json:"code"`
	Reason string   `json:"reason"`
	Pings  int      `json:"pings"`
	Pongs  int      `json:"pongs"`
	Mute   bool     `json:"mute"`
	Frames int      `json:"frames"`
	Kind   string   `json:"kind"`
	Gap    *float64 `json:"gapSeconds"`
}

type claimJSON struct {
	About     string   `json:"about"`
	Predicted string   `json:"predicted"`
	Measured  string   `json:"measured"`
	Agreement string   `json:"agreement"`
	Hop       string   `json:"hop"`
	File      string   `json:"file"`
	Line      *int     `json:"line"`
	Notes     []string `json:"notes"`
}

// ProbeJSON prints what was measured of a WebSocket for programs.
func ProbeJSON(w io.Writer, r *probe.Report) error {
	h := &r.Handshake
	took := h.Took().Seconds()
	out := probeJSON{
		Version: jsonVersion, URL: r.URL,
		Handshake: probedJSON{h.Kind.String(), positive(h.Status()), h.By, h.Why, &took},
		Steps:     []probeStepJSON{}, Browsers: []browserJSON{}, Signs: []signJSON{}, Claims: []claimJSON{},
		Undeclared: []signJSON{}, Suspects: []suspectJSON{}, Idle: idleMeasured(r.Idle),
	}
	for _, s := range h.Steps {
		out.Steps = append(out.Steps, probeStepJSON{
			s.Kind.String(), s.Took.Seconds(), s.Text, append([]string{}, s.More...), s.Err, s.Hint,
		})
	}
	if a := h.Answer; a != nil {
		out.Answer = &probeHeadJSON{append([]string{}, a.Early...), a.Line, []headerJSON{}, append([]string{}, a.Body...)}
		for _, l := range a.Header {
			out.Answer.Headers = append(out.Answer.Headers, headerJSON(l))
		}
	}
	for _, v := range h.Verdicts {
		out.Browsers = append(out.Browsers, browserJSON{v.Browser, v.Why == "", v.Why})
	}
	for _, s := range h.Signs {
		out.Signs = append(out.Signs, signJSON{s.Hop, s.What, s.Header, s.Value, s.Source})
	}
	for _, s := range r.Undeclared {
		out.Undeclared = append(out.Undeclared, signJSON{s.Hop, s.What, s.Header, s.Value, s.Source})
	}
	for _, c := range r.Claims {
		out.Claims = append(out.Claims, claimJSON{
			c.About, c.Predicted, c.Measured, c.Agreement.String(), c.Hop, c.At.File, positive(c.At.Line),
			append([]string{}, c.Notes...),
		})
	}
	if r.Suspects != nil {
		out.Suspects = suspectsJSON(*r.Suspects)
	}
	return writeJSON(w, out)
}

// idleMeasured is null where nothing was measured.
func idleMeasured(i *probe.Idle) *probeIdleJSON {
	if i == nil {
		return nil
	}
	out := &probeIdleJSON{
		Found: i.Found.String(), Least: secondsOf(i.Least), Most: secondsOf(i.Most), Keeps: allSeconds(i.Keeps),
		Fails: allSeconds(i.Fails), Took: i.Took.Seconds(), Interrupted: i.Interrupted, Connections: []watchJSON{},
	}
	for _, w := range i.Watches {
		out.Connections = append(out.Connections, watchJSON{
			secondsOf(w.Every), w.End.String(), w.Age.Seconds(), w.Since.Seconds(), positive(w.Code), w.Reason, w.Pings,
			w.Pongs, w.Mute, w.Frames, w.Kind, secondsOf(w.Gap),
		})
	}
	return out
}

func allSeconds(list []time.Duration) []float64 {
	seconds := []float64{}
	for _, d := range list {
		seconds = append(seconds, d.Seconds())
	}
	return seconds
}
