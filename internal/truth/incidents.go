// Package truth finds what wslint is held against beside its own examples: the incidents in testdata/incidents, which
// are part of the repository, and the large corpus of real configurations, which is not. It is imported by tests and
// by the commands in internal.
package truth

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// An Incident is a failure that people reported in public, made again: a configuration with the reported defect, and
// the same configuration mended.
type Incident struct {
	Name   string `json:"-"` // "001-idle-default-60"
	Dir    string `json:"-"`
	Source string // the report
	Tech   string // "nginx", "haproxy", "aws-alb"
	Cause  string
	Labels []string
	// Expect are the findings that name the cause; none when the configuration is healthy.
	Expect []Expectation
	// Also are further rules that name the cause as well.
	Also  []string
	Probe Probe
	// Measured says that the failure was seen on the real program.
	Measured bool
}

// An Expectation is a finding that an incident has.
type Expectation struct {
	Rule, File string
	Line       int
	Status     int     // what a strict server or the proxy answers; 0 where that depends on the server
	Closes     float64 `json:"closes_after_s"` // seconds from the last byte to the cut; 0 where nothing is cut
}

// A Probe is the WebSocket of an incident.
type Probe struct {
	URL   string
	Every float64 `json:"every_s"` // seconds between pings; 0 where the report speaks of none
	From  string  // who pings, "client" or "server"
}

// notConfiguration are the files of an incident's folder that its user does not have.
var notConfiguration = []string{"case.json", "fixed"}

// Incidents reads all of them, by name. The error is never nil when there is none.
func Incidents() ([]Incident, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(root, "testdata/incidents/*/case.json"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("%s/testdata/incidents: no incidents: %v", root, err)
	}
	var all []Incident
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		i := Incident{Dir: filepath.Dir(file), Name: filepath.Base(filepath.Dir(file))}
		if err := json.Unmarshal(src, &i); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, i)
	}
	return all, nil
}

// Main is the configuration of nginx or HAProxy that an incident has at its top, "" when it has none. dir is the
// incident's, or that of its mended form.
func Main(dir string) string {
	for _, name := range []string{"nginx.conf", "haproxy.cfg"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return name
		}
	}
	return ""
}

// Fixed is the folder of the mended configuration, "" when there is none.
func (i Incident) Fixed() string {
	dir := filepath.Join(i.Dir, "fixed")
	if _, err := os.Stat(dir); err != nil {
		return ""
	}
	return dir
}

// CopyConfiguration copies to the empty folder to what the user of an incident has in dir, which is the incident's or
// that of its mended form.
func CopyConfiguration(to, dir string) error {
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		return err
	}
	var errs []error
	for _, name := range notConfiguration {
		errs = append(errs, os.RemoveAll(filepath.Join(to, name)))
	}
	return errors.Join(errs...)
}

// Root is the top of the repository: the nearest folder above the current one that has a go.mod.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if strings.TrimRight(filepath.Dir(dir), "/") == strings.TrimRight(dir, "/") {
			return "", errors.New("no go.mod above the current directory")
		}
		dir = filepath.Dir(dir)
	}
}
