package parsers

import (
	"io/fs"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
)

// A Reader is one format of configuration. Each format's folder has one, and lint.Readers lists them: nothing else
// outside that folder knows the format.
type Reader struct {
	// Name is what people call the format, "haproxy": a hop of a declared path is written "haproxy: FILE".
	Name string
	// Sniff judges whether a file is in this format, by its first bytes, HeadSize at most. It is asked with a nil
	// head first: when it says No to the name alone, the file is not opened. Of a directory, which only a reader with
	// Directories may say Yes to, there is no head.
	Sniff func(f Found, head []byte) Verdict
	// Read reads all files of a run that are in this format at once: some of them may belong together. What is wrong
	// with a configuration is in the Reading's Problems. An error means that a file which was named is no
	// configuration at all; it begins with the name of the file.
	Read func(files []Found, o Options) (Reading, error)

	// Needs says what the name of the format lacks as a hop of a path, "its configuration, like nginx: FILE"; "" where
	// the name alone means something.
	Needs string
	// Suffixes are the ends of names by which a hop that says no format shows that it is a file of this one: ".cfg".
	Suffixes []string
	// Prefix is what paths put before the address of a resource, "tf": a hop is then written "tf: aws_lb.web". It is ""
	// where resources have no addresses.
	Prefix string
	// Beside are names of files that may say how others are used which lie in the same directory or below it:
	// "Dockerfile". They are looked for beside files that are named.
	Beside []string
	// Kinds are further words that paths put before names of resources, "ingress": a hop is then written
	// "ingress: default/chat".
	Kinds []string
	// Directories says that Read takes a directory as it is, instead of the files that are found in it.
	Directories bool
	// OnlyNamed says that files count only where somebody names them: kernel settings found below a directory may be
	// those of any host.
	OnlyNamed bool
	// Links says that Read finds out itself where a symlink leads that the system cannot follow: to a place of the
	// machine that the configuration is for.
	Links bool
	// Hidden are the names of directories that begin with a dot and are searched all the same: ".ebextensions".
	Hidden []string
	// Contexts are the places that a fragment can be said to stand in, with --context; none where there are no
	// fragments.
	Contexts []string
	// Target is the program that the configuration is for; nil where its version makes no difference.
	Target *Target
}

// HeadSize is how many bytes of a file Sniff sees at most.
const HeadSize = 64 << 10

// A Verdict is what a reader makes of a file's name and its first bytes.
type Verdict struct {
	Claim Claim
	Why   string // a clause for --verbose: "it has a section of HAProxy"
}

// A Claim is how sure a reader is that a file is in its format. A file goes to the first reader that says Yes;
// without one, a file that was named goes to the first that says Maybe, and a file that was found to each of them.
type Claim uint8

const (
	// No: this reader does not want it.
	No Claim = iota
	// Maybe: only Read can tell. Of a file that was found and turns out to be none, Read says so in Reading.Skipped.
	Maybe
	// Yes: no other program has files like this.
	Yes
)

// A Target is a program of which versions read the same configuration differently.
type Target struct {
	Default string // what is assumed where nobody says a version: "each from 1.22.1 on where they differ"
	Example string // for help texts: "1.28"
	// Pattern is what versions look like, a regular expression for the schema of the configuration file.
	Pattern string
	// Check returns a version in its usual form, "1.28.0".
	Check func(version string) (usual string, err error)
}

// A Found is one file to read.
type Found struct {
	Name string // as reports show it: the name it was reached by, never a resolved symlink
	// Top is the directory that was named and the file was found below; "" for a file that was named itself.
	Top string
	Dir bool // it is a directory
	// Src is the text of a file that is nowhere on the disk: standard input, or a text within another file. Else it
	// is nil, and Options.ReadFile reads the file.
	Src []byte
	// Piped says that Src is standard input: it may begin with what the command before the pipe said of itself.
	Piped bool
	// Origin says where the lines of Src stand in another file; nil when Src is no part of one.
	Origin *Origin
	// Machine is where the configuration runs, which begins with Machine.Main there; nil for one whose files are here.
	Machine *Machine
	// Version is that of the reader's Target which something beside the file tells of; what somebody declares counts more.
	Version Version
	// Beside says that the file was not given: what it says of a file that was given counts, and nothing else.
	Beside bool
}

// Options say how to read: all readers have the same, and each heeds those that mean something to its format.
type Options struct {
	Root    string            // --root: absolute paths of the configuration are looked up below it
	Map     [][2]string       // --map FROM=TO, longest FROM first
	Prefix  string            // --prefix: what relative includes start from; "" for the main file's directory
	Context string            // --context: of a fragment, one of Reader.Contexts; "" to guess
	Define  map[string]string // --define: values of template and environment variables
	// Version is that of the reader's Target, as somebody declared it; "" when nobody did. Declared says where.
	Version  string
	Declared string
	// StdinName is what standard input is the text of; "" when that is not known.
	StdinName string
	// Stat and ReadFile look at files and read their bytes; Peek reads as many of the first ones as it is told; nil
	// for the disk. An editor puts its own text before that of the disk, and files before the disk that were never
	// saved.
	Stat     func(name string) (fs.FileInfo, error)
	ReadFile func(name string) ([]byte, error)
	Peek     func(name string, n int) ([]byte, error)
	// Locator says where files lie; nil for a new one.
	Locator *plainfile.Locator
	// Shows reports whether the text of a file may be shown: not that of one outside the project.
	Shows func(name string) bool
	// Regexes is the time for all regular expressions of a run.
	Regexes *Budget
}

// A Reading is what a reader made of its files.
type Reading struct {
	// Sources are the configurations that serve handshakes by themselves, in the order of their files.
	Sources []Source
	// Resources are what a path can name: "alb/prod-web".
	Resources []Resource
	// Absent says what it means that there is none of a name among them; nil where the files hold all there is.
	Absent func(name string) hop.Absence
	// Kernel is what the files say of the operating system under the proxies; nil when they do not speak of it.
	Kernel *hop.Kernel
	// Paths are ways of WebSockets that the files tell of: an ingress, a listener and what stands behind it.
	Paths []Path
	// Define are values that the files give to variables of other configurations. The readers further down the list
	// see them.
	Define map[string]string
	// Nested are texts in other formats that the files hold: nginx configuration in a document of YAML.
	Nested []Nested

	// Private are texts that were read for the values in them and are never shown: the secrets in them are hidden
	// everywhere.
	Private [][]byte
	// Claims are files of other formats that were read for what they say of these, so that they say nothing by themselves.
	Claims []string
	// Files are all that was read, each once, and those that were named and could not be read.
	Files []*File
	// Included are the places of the directives that bring a file in, by its name; a file that is none of its keys
	// was named or found. Few runs ask. It is nil where nothing is included.
	Included func() map[string][]hop.Pos
	// Text returns the comments and blocks of one of Files. Nil, or one without Comments, has those that # begins.
	Text func(file string) (Text, bool)

	// Misfits are settings that change nothing, or something else than they say, whatever path they are on.
	Misfits []hop.Misfit
	// Problems are what makes the program refuse to start.
	Problems []Problem
	// Unknown is what could not be read or understood without the program being in the wrong, and why.
	Unknown []hop.Note
	// Skipped are files that were found and are in another format after all, and why, for --verbose.
	Skipped []hop.Note
	// Debug is whatever else --verbose shows.
	Debug []hop.Note
}

// Open reads a file, unless it was read before, and does not add it to the reading yet. One that cannot be read is an
// error where it was named; where it was found it is a problem of the reading, and there is no file. One that was
// looked for beside another is then as good as not there.
func (r *Reading) Open(f Found, o Options) (*File, error) {
	src := f.Src
	if src == nil {
		var err error
		switch src, err = o.ReadFile(f.Name); {
		case err == nil:
		case f.Beside:
			return nil, nil
		case f.Top == "":
			return nil, err
		default:
			r.Problems = append(r.Problems, Problem{Pos: hop.Pos{File: f.Name}, Text: err.Error(), Incomplete: true})
			return nil, nil
		}
	}
	return &File{Name: f.Name, Src: src, Editable: f.Src == nil}, nil
}

// A Source is one configuration that serves handshakes.
type Source struct {
	hop.Source
	Name  string   // of the file, dump or directory that it was read from
	Files []string // all that it is made of, its root first
	// Version is that of the program which it is judged for; zero where that makes no difference.
	Version Version
	// Machine is where it runs; nil where nothing says so.
	Machine *Machine
}

// A Resource is a hop that files describe and paths name, such as a load balancer.
type Resource struct {
	hop.Source
	ID    string   // what nothing else is called: an ARN, "aws_lb.web"
	Name  string   // "prod-web", of which there may be several
	Other []string // further names: "web" of aws_lb.web, its address
	Kinds []string // what paths put before a name: "alb", "aws-alb"
	Host  string   // the name that clients connect to; "" when it is not known
	File  string   // where it is described
}

// A Path is a way of WebSockets that files tell of.
type Path struct {
	URL     string // what browsers connect to, "wss://chat.example.com/ws"
	Pos     hop.Pos
	Through []Step
	App     string // what serves the sockets; "" when nothing says so
}

// A Step is one hop of a Path, as .wslint.yaml writes them.
type Step struct {
	Kind string  // "alb/prod-web", or the name of a reader
	File string  // what that reader is to read; "" for a hop that needs no file
	Pos  hop.Pos // where the file tells of it
}

// A Nested is a text in another format within a file.
type Nested struct {
	Format string // the reader's name; "" for whichever takes it
	Found
}
