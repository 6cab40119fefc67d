//go:build !linux

package oracle

import "syscall"

func endsWithParent() *syscall.SysProcAttr { return nil }
