package lsp

import (
	"encoding/json"
	"fmt"
)

// opened takes over the text of a document. Those that are no files of this machine are left alone.
func (s *session) opened(m message) error {
	var p openParams
	if err := json.Unmarshal(m.Params, &p); err != nil {
		return err
	}
	path, ok := pathOf(p.Document.URI)
	if !ok {
		return nil
	}
	s.changed()
	s.docs[p.Document.URI] = &document{
		uri: p.Document.URI, path: path, real: realPath(path), language: p.Document.Language, version: p.Document.Version,
		text: newText([]byte(p.Document.Text), s.client.enc), touched: s.state,
	}
	// The client knows nothing yet of the document, whatever it was told of the file.
	delete(s.published, p.Document.URI)
	return nil
}

// edited makes the changes of one message in their order. The document is a new one: a run may have the old one.
func (s *session) edited(m message) error {
	var p changeParams
	if err := json.Unmarshal(m.Params, &p); err != nil {
		return err
	}
	d, open := s.docs[p.Document.URI]
	if !open {
		if _, ok := pathOf(p.Document.URI); !ok {
			return nil
		}
		return fmt.Errorf("%s is not open", p.Document.URI)
	}
	s.changed()
	next := *d
	next.touched = s.state
	if p.Document.Version != nil {
		next.version = *p.Document.Version
	}
	for _, c := range p.Changes {
		next.text = next.text.replace(c)
	}
	s.docs[d.uri] = &next
	return nil
}

// closed lets the file on disk count again.
func (s *session) closed(m message) error {
	var p documentParams
	if err := json.Unmarshal(m.Params, &p); err != nil {
		return err
	}
	if _, open := s.docs[p.Document.URI]; open {
		s.changed()
		delete(s.docs, p.Document.URI)
	}
	return nil
}

// skipped is for a message that was too large to take: it may have been an edit of any document, so that none is
// known any more.
func (s *session) skipped() {
	s.refuse(json.RawMessage("null"), invalidRequest, "%v", errTooLarge)
	s.log(asWarning, "%v: open documents are linted as they are on disk until they are opened again", errTooLarge)
	clear(s.docs)
	s.changed()
}
