package conf

// fewLines is how many lines of a section are faster looked through than looked up.
const fewLines = 16

// index prepares what is asked of the lines of a section again and again.
func (p *Proxy) index() {
	p.ACLs, p.tests = map[string][]*Line{}, map[string][]Test{}
	if len(p.Lines) > fewLines {
		p.byWord = map[string][]*Line{}
	}
	for _, l := range p.Lines {
		word := l.Arg(0)
		if l.isOpen() || word == "timeout" && len(l.Words) > 1 && l.Words[1].FilledIn() {
			p.open = append(p.open, l)
		}
		if p.byWord != nil {
			p.byWord[word] = append(p.byWord[word], l)
		}
		switch word {
		case "acl":
			if len(l.Words) > 2 {
				p.ACLs[l.Arg(1)] = append(p.ACLs[l.Arg(1)], l)
				p.addTest(l)
			}
			continue
		case "errorloc", "errorloc302", "errorloc303", "errorfile", "errorfiles", "http-error":
			p.Pages = append(p.Pages, l)
		}
		for i, w := range l.Words {
			if i > 0 && (w.Value == "if" || w.Value == "unless") && w.Why == "" {
				l.ifAt, l.cond = i, newCondition(p, w.Value == "unless", l.Words[i+1:])
				break
			}
		}
	}
}

// beginning are lines of the section, those that begin with the word among them.
func (p *Proxy) beginning(word string) []*Line {
	if p.byWord == nil {
		return p.Lines
	}
	return p.byWord[word]
}
