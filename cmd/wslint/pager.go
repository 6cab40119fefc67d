package main

import (
	"os"
	"os/exec"
	"strings"
)

// page prints a long text: on a terminal through the pager that PAGER names, or less if that is there. What goes
// wrong with a pager is not worth losing the text for.
func (c *Command) page(text []byte) error {
	pager := strings.TrimSpace(c.Getenv("PAGER"))
	if pager == "" {
		pager = "less"
	}
	if !c.Terminal || pager == "cat" || c.Getenv("TERM") == "dumb" {
		_, err := c.Stdout.Write(text)
		return err
	}
	words := strings.Fields(pager)
	if _, err := exec.LookPath(words[0]); err != nil {
		_, err := c.Stdout.Write(text)
		return err
	}
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(string(text)), c.Stdout, c.Stderr
	cmd.Env = os.Environ()
	if c.Getenv("LESS") == "" {
		cmd.Env = append(cmd.Env, "LESS=FRX") // colours, and no paging of what fits
	}
	if err := cmd.Start(); err != nil {
		_, err := c.Stdout.Write(text)
		return err
	}
	cmd.Wait() // somebody quits before the end
	return nil
}
