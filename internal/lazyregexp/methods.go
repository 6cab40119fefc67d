package lazyregexp

// Find is that of regexp.Regexp.
func (r *Regexp) Find(b []byte) []byte {
	return r.get().Find(b)
}

// FindAll is that of regexp.Regexp.
func (r *Regexp) FindAll(b []byte, n int) [][]byte {
	return r.get().FindAll(b, n)
}

// FindAllIndex is that of regexp.Regexp.
func (r *Regexp) FindAllIndex(b []byte, n int) [][]int {
	return r.get().FindAllIndex(b, n)
}

// FindAllString is that of regexp.Regexp.
func (r *Regexp) FindAllString(s string, n int) []string {
	return r.get().FindAllString(s, n)
}

// FindAllStringIndex is that of regexp.Regexp.
func (r *Regexp) FindAllStringIndex(s string, n int) [][]int {
	return r.get().FindAllStringIndex(s, n)
}

// FindAllStringSubmatch is that of regexp.Regexp.
func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.get().FindAllStringSubmatch(s, n)
}

// FindAllStringSubmatchIndex is that of regexp.Regexp.
func (r *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return r.get().FindAllStringSubmatchIndex(s, n)
}

// FindAllSubmatch is that of regexp.Regexp.
func (r *Regexp) FindAllSubmatch(b []byte, n int) [][][]byte {
	return r.get().FindAllSubmatch(b, n)
}

// FindAllSubmatchIndex is that of regexp.Regexp.
func (r *Regexp) FindAllSubmatchIndex(b []byte, n int) [][]int {
	return r.get().FindAllSubmatchIndex(b, n)
}

// FindIndex is that of regexp.Regexp.
func (r *Regexp) FindIndex(b []byte) []int {
	return r.get().FindIndex(b)
}

// FindString is that of regexp.Regexp.
func (r *Regexp) FindString(s string) string {
	return r.get().FindString(s)
}

// FindStringIndex is that of regexp.Regexp.
func (r *Regexp) FindStringIndex(s string) []int {
	return r.get().FindStringIndex(s)
}

// FindStringSubmatch is that of regexp.Regexp.
func (r *Regexp) FindStringSubmatch(s string) []string {
	return r.get().FindStringSubmatch(s)
}

// FindStringSubmatchIndex is that of regexp.Regexp.
func (r *Regexp) FindStringSubmatchIndex(s string) []int {
	return r.get().FindStringSubmatchIndex(s)
}

// FindSubmatch is that of regexp.Regexp.
func (r *Regexp) FindSubmatch(b []byte) [][]byte {
	return r.get().FindSubmatch(b)
}

// FindSubmatchIndex is that of regexp.Regexp.
func (r *Regexp) FindSubmatchIndex(b []byte) []int {
	return r.get().FindSubmatchIndex(b)
}

// Match is that of regexp.Regexp.
func (r *Regexp) Match(b []byte) bool {
	return r.get().Match(b)
}

// MatchString is that of regexp.Regexp.
func (r *Regexp) MatchString(s string) bool {
	return r.get().MatchString(s)
}

// ReplaceAll is that of regexp.Regexp.
func (r *Regexp) ReplaceAll(src, repl []byte) []byte {
	return r.get().ReplaceAll(src, repl)
}

// ReplaceAllFunc is that of regexp.Regexp.
func (r *Regexp) ReplaceAllFunc(src []byte, repl func([]byte) []byte) []byte {
	return r.get().ReplaceAllFunc(src, repl)
}

// ReplaceAllString is that of regexp.Regexp.
func (r *Regexp) ReplaceAllString(src, repl string) string {
	return r.get().ReplaceAllString(src, repl)
}

// ReplaceAllStringFunc is that of regexp.Regexp.
func (r *Regexp) ReplaceAllStringFunc(src string, repl func(string) string) string {
	return r.get().ReplaceAllStringFunc(src, repl)
}

// Split is that of regexp.Regexp.
func (r *Regexp) Split(s string, n int) []string {
	return r.get().Split(s, n)
}
