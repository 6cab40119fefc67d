//go:build !linux

package main

func hugePages() {}

func pagesAreDear() bool { return false }
