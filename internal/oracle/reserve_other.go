//go:build !unix

package oracle

import "net"

// reserve finds a free TCP port on 127.0.0.1; nothing keeps others from taking it.
func reserve() (port int, release func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, nil, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, func() {}, nil
}
