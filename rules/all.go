package rules

// All lists the rules in the order of `wslint rules`: what cannot be read, what the handshake lacks, what answers it instead, what
// becomes of the 101, what ends the open connection, and what the kernel does to it.
var All = []*Rule{
	UnreadableConfig,
	PathHopUnknown,
	UpgradeNotForwarded,
	ConnectionNotUpgrade,
	HeaderInheritanceLost,
	HTTP10ToBackend,
	RedirectOnWebSocketPath,
	ZeroTimeout,
	HandshakeHeaderHidden,
	IdleTimeoutBelowPing,
	IdleTimeoutWithoutPing,
	PingDoesNotCount,
	PingThrottledInHiddenTab,
	LifetimeEndsBusyConnection,
	WorkerShutdownCutsTunnels,
	DrainClosesAtOnce,
	KernelWindowScalingOff,
	TCPKeepaliveTooRare,
	ConntrackForgetsFirst,
	LocalPortsExhausted,
}
