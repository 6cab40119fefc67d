package check_test

import (
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy"
)

var (
	mutations    = flag.Int("mutations", 300, "how many misspelt configurations TestMutations makes")
	mutationSeed = flag.Uint64("mutation-seed", 1, "where TestMutations begins")
	moreBases    = flag.String("bases", "", "a directory of further configurations for TestMutations")
	showMissed   = flag.Bool("missed", false, "TestMutations lists what HAProxy refuses and we accept")
)

// A checking is an haproxy that checks configurations, the names of servers unresolved.
type checking struct {
	path string
	args []string
}

// check runs haproxy -c on a text; alerts is what it refuses, "" when it accepts.
func (c checking) check(t testing.TB, dir, text string) (alerts string) {
	name := filepath.Join(dir, "haproxy.cfg")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := oracle.Offline(c.path, append(c.args, "-c", "-f", name)...)
	if err == nil {
		return ""
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "[ALERT]") && !strings.Contains(line, "rror(s) found") &&
			!strings.Contains(line, "Fatal errors") {
			alerts += line
		}
	}
	return alerts + " "
}

// otherHAProxies are the newer haproxy binaries that WSLINT_OTHER_HAPROXY names, one after a colon each: what they
// accept is no problem either.
func otherHAProxies() []checking {
	var list []checking
	for _, path := range filepath.SplitList(os.Getenv("WSLINT_OTHER_HAPROXY")) {
		list = append(list, checking{path, []string{"-dr"}})
	}
	return list
}

// machine matches what depends on the machine: files, users, names.
var machine = regexp.MustCompile(
	`(?i)unable to (stat|load|open|use)|no such file|could not resolve|cannot find (user|group)|error opening|failed ` +
		`to open|couldn't open|` +
		`unknown (user|group) name|cannot (open|read|chroot)|unable to read|error (reading|loading)|no SSL ` +
		`certificate|invalid address: '[\w.-]+' in|is not a directory`,
)

var alertLine = regexp.MustCompile(`haproxy\.cfg:(\d+)\]`)

// mend drops the lines that a configuration is refused for, so that a part that is accepted is left; "" when nothing
// is.
func (c checking) mend(t testing.TB, dir, text string) string {
	for range 60 {
		alerts := c.check(t, dir, text)
		if alerts == "" {
			return text
		}
		m := alertLine.FindStringSubmatch(alerts)
		if m == nil {
			return ""
		}
		n, _ := strconv.Atoi(m[1])
		lines := strings.SplitAfter(text, "\n")
		if n < 1 || n > len(lines) {
			return ""
		}
		lines[n-1] = "\n"
		text = strings.Join(lines, "")
	}
	return ""
}

// bases are real configurations that HAProxy accepts: the truth cases, the incidents, and the corpus where there is
// one.
func bases(t *testing.T, c checking) []string {
	var texts []string
	for _, tc := range oracle.Cases(t, "../../../testdata/truth-haproxy") {
		text := tc.Conf
		if !strings.Contains("\n"+text, "\ndefaults") {
			text = "defaults\n  mode http\n  timeout connect 1s\n  timeout client 5s\n  timeout server 5s\n" + text
		}
		texts = append(texts, text)
	}
	incidents, err := truth.Incidents()
	if err != nil {
		t.Fatal(err)
	}
	tops := []string{*moreBases}
	for _, i := range incidents {
		tops = append(tops, i.Dir)
	}
	if corpus := truth.FindCorpus(); corpus != "" {
		tops = append(tops, filepath.Join(corpus, "haproxy"))
	}
	for _, top := range tops {
		filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(name, ".cfg") {
				if src, err := os.ReadFile(name); err == nil {
					texts = append(texts, string(src))
				}
			}
			return nil
		})
	}
	// Each costs a run or more.
	r := rand.New(rand.NewPCG(*mutationSeed, 13))
	r.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
	texts = texts[:min(len(texts), max(100, *mutations/4))]
	var whole []string
	for text := range slices.Values(parallel(texts,
		func(i int, text string) string { return c.mend(t, t.TempDir(), text) })) {
		if text != "" {
			whole = append(whole, text)
		}
	}
	return whole
}

// parallel maps a list, several elements at a time.
func parallel[A, B any](list []A, f func(int, A) B) []B {
	out := make([]B, len(list))
	var wg sync.WaitGroup
	busy := make(chan bool, 4)
	for i, a := range list {
		wg.Add(1)
		busy <- true
		go func() {
			defer wg.Done()
			out[i] = f(i, a)
			<-busy
		}()
	}
	wg.Wait()
	return out
}

var wordOf = regexp.MustCompile(`\S+`)

// mutate misspells, deletes or doubles one word of a text.
func mutate(r *rand.Rand, text string) string {
	lines := strings.SplitAfter(text, "\n")
	for {
		i := r.IntN(len(lines))
		code, _, _ := strings.Cut(lines[i], "#")
		words := wordOf.FindAllStringIndex(code, -1)
		if len(words) == 0 {
			continue
		}
		w := words[r.IntN(len(words))]
		before, word, after := lines[i][:w[0]], lines[i][w[0]:w[1]], lines[i][w[1]:]
		switch k := r.IntN(len(word)); r.IntN(6) {
		case 0:
			word = ""
		case 1:
			word += " " + word
		case 2:
			word = word[:k] + word[k+1:]
		case 3:
			word = word[:k] + word[k:k+1] + word[k:]
		case 4:
			word = word[:k] + string(rune('a'+r.IntN(26))) + word[k+1:]
		default:
			if len(word) < 2 {
				continue
			}
			k = min(k, len(word)-2)
			word = word[:k] + string([]byte{word[k+1], word[k]}) + word[k+2:]
		}
		lines[i] = before + word + after
		return strings.Join(lines, "")
	}
}

// TestMutations misspells real configurations: what HAProxy still accepts has no problem, and most of what it refuses
// has one.
func TestMutations(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no long runs of haproxy -c")
	}
	h := oracle.FindHAProxy(t)
	own := checking{h.Path, []string{"-dr"}}
	others := otherHAProxies()
	texts := bases(t, own)
	if len(texts) < 60 {
		t.Fatalf("%d configurations to misspell", len(texts))
	}
	type result struct{ refused, local, found bool }
	results := parallel(make([]struct{}, *mutations), func(i int, _ struct{}) (res result) {
		r := rand.New(rand.NewPCG(*mutationSeed+uint64(i), 11))
		text := mutate(r, texts[r.IntN(len(texts))])
		dir := t.TempDir()
		alerts := own.check(t, dir, text)
		c := haproxy.Parse(&parsers.File{Name: "haproxy.cfg", Src: []byte(text)}, haproxy.Options{})
		res.found = len(c.Problems) > 0
		res.refused, res.local = alerts != "", machine.MatchString(alerts)
		switch {
		case res.found && alerts == "":
			t.Errorf(
				"seed %d: HAProxy accepts what %s: %s\n%s",
				*mutationSeed+uint64(i),
				c.Problems[0].Pos,
				c.Problems[0].Text,
				lineAt(text, c.Problems[0].Pos.Line),
			)
		case res.found:
			for _, o := range others {
				if o.check(t, dir, text) == "" {
					t.Errorf(
						"seed %d: %s accepts what %s: %s\n%s",
						*mutationSeed+uint64(i),
						o.path,
						c.Problems[0].Pos,
						c.Problems[0].Text,
						lineAt(text, c.Problems[0].Pos.Line),
					)
				}
			}
		case alerts != "" && !res.local && *showMissed:
			n := 0
			if m := alertLine.FindStringSubmatch(alerts); m != nil {
				n, _ = strconv.Atoi(m[1])
			}
			t.Logf("seed %d: missed %s%s", *mutationSeed+uint64(i), lineAt(text, n), alerts)
		}
		return res
	})
	refused, found, local := 0, 0, 0
	for _, r := range results {
		switch {
		case r.refused && r.local && !r.found:
			local++
		case r.refused:
			refused++
			if r.found {
				found++
			}
		}
	}
	share := fmt.Sprintf(
		"%d of %d configurations are refused, besides %d that depend on the machine; %d of them are found, %d %%",
		refused,
		len(results),
		local,
		found,
		100*found/max(1, refused),
	)
	t.Log(share)
	if 100*found < 90*refused {
		t.Error(share)
	}
}

func lineAt(text string, n int) string {
	lines := strings.SplitAfter(text, "\n")
	if n < 1 || n > len(lines) {
		return "\n"
	}
	return lines[n-1]
}
