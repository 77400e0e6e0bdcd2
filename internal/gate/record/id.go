package record

import (
	"crypto/rand"
	"fmt"
	"regexp"
	"time"
)

var idForm = regexp.MustCompile(`^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}$`)

// NewID returns an ID for a run that started then: IDs of later runs sort after it, and no
// two are the same.
func NewID(started time.Time) string {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails (crypto/rand)
	return fmt.Sprintf("%s-%x", started.UTC().Format("20060102T150405Z"), random)
}

// ValidID tells whether NewID could have returned the ID, so that it is safe as a file's name.
func ValidID(id string) bool { return idForm.MatchString(id) }
