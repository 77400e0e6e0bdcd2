package rig

// Local returns the address of a port of this machine, as host:port.
func Local(port int) string { return local(port) }
