package stats

import (
	"math/bits"
	"time"
)

const (
	nativePerOctave = 32 // Prometheus's schema 5: each bucket is 2.2 % wide
	nativeOctaves   = 64
	nativeLowest    = -30 // 1 ns is above 2^-30 s
	nativeHighest   = 33  // the scale's own bounds are for 2^33 s to 2^34 s
	nativeCellBits  = 56
)

// A nativeScale finds the native bucket of a response time. Bucket i holds the times in
// (2^((i-1)/32), 2^(i/32)] seconds (Prometheus's specification of native histograms).
//
// Times are shifted into one octave, where bounds[k] is 2^(33+k/32) s in nanoseconds,
// rounded down. A shift to the left loses nothing, and an integer is at most x if it is at
// most x rounded down, so the comparison is exact.
type nativeScale struct {
	bounds [nativePerOctave + 1]uint64
	first  [256]uint8 // by the highest 8 bits of a shifted time: the bucket of the shortest such time
}

func newNativeScale() nativeScale {
	s := nativeScale{bounds: [...]uint64{
		0x7735940000000000, 0x79d1d3794ee86199, 0x7c7cb4ecdad5fca4, 0x7f368a615a88a012,
		0x81ffa7a9549ca6e3, 0x84d8626d3118d396, 0x87c11235836d16a3, 0x8aba10758e1ea3cf,
		0x8dc3b8960164a7d9, 0x90de67fff600044c, 0x940a7e28259fb382, 0x97485c9a622adb60,
		0x9a9867054d512391, 0x9dfb034651c99c68, 0xa1709975dfb06757, 0xa4f993f3ed7b61ca,
		0xa8965f74bf065071, 0xac476b0df43f745f, 0xb00d2843e1060dc2, 0xb3e80b172fd51af7,
		0xb7d88a12d0dd9ea0, 0xbbdf1e5a373ce5c6, 0xbffc43b7e604a922, 0xc43078ac4ed47ae7,
		0xc87c3e7d03cdbec3, 0xcce019443eb56ce4, 0xd15c9000bf211c1f, 0xd5f22ca6019743e0,
		0xdaa17c2cd19555db, 0xdf6b0ea438793a89, 0xe44f7742cb56e3dd, 0xe94f4c7859ce1066,
		2 * 0x7735940000000000,
	}}
	for cell := range s.first {
		shortest := uint64(cell) << nativeCellBits
		for s.bounds[s.first[cell]] < shortest && s.first[cell] < nativePerOctave {
			s.first[cell]++
		}
	}
	return s
}

// bucket returns the index of the bucket for a time above zero.
func (s *nativeScale) bucket(d time.Duration) int {
	shift := bits.LeadingZeros64(uint64(d))
	if uint64(d)<<(shift&63) > s.bounds[nativePerOctave] {
		shift--
	}
	x := uint64(d) << (shift & 63)
	k := int(s.first[x>>nativeCellBits])
	if x > s.bounds[k] {
		k++ // once is enough: a cell is narrower than a bucket
	}
	return k + nativePerOctave*(nativeHighest-shift)
}
