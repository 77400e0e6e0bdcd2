package main

import (
	"fmt"

	"github.com/hopperband/hopperband/integration/rig"
)

// Locust's own ports.
const (
	webPort    = 8089
	masterPort = 5557
)

// choosePorts settles the ports. One that was asked for has to be free; one of Locust's
// that is taken is replaced.
func (p *plan) choosePorts() error {
	if err := choose(&p.masterPort, masterPort, "DEMO_MASTER_PORT"); err != nil {
		return err
	}
	if !p.web {
		return nil
	}
	return choose(&p.webPort, webPort, "DEMO_WEB_PORT")
}

func choose(port *int, usual int, variable string) error {
	asked := *port != 0
	if !asked {
		*port = usual
	}
	if rig.PortFree(*port) {
		return nil
	}
	if asked {
		return fmt.Errorf("demo: port %d is taken; choose another with %s", *port, variable)
	}
	free, err := rig.FreePort()
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	fmt.Printf("port %d is taken, using %d\n", usual, free)
	*port = free
	return nil
}
