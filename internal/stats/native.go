package stats

import (
	"math/bits"
	"time"
)

const (
	nativePerOctave = 32 // Prometheus's schema 5: each bucket is 2.2 % wide
	nativeLowest    = -956
	nativeHighest   = 33 // the scale's own bounds are for 2^33 s to 2^34 s
)

// A nativeScale finds the native bucket of a response time. Bucket i holds the times in
// (2^((i-1)/32), 2^(i/32)] seconds (Prometheus's specification of native histograms); the
// lowest with a whole nanosecond in it is nativeLowest.
//
// Times are shifted into one octave, whose k-th bound is 2^(33+k/32) s in nanoseconds,
// rounded down. A shift to the left loses nothing, and an integer is at most x if it is at
// most x rounded down, so the comparison is exact.
type nativeScale [nativePerOctave + 1]uint64

func newNativeScale() nativeScale {
	return nativeScale{
		0x7735940000000000, 0x79d1d3794ee86199, 0x7c7cb4ecdad5fca4, 0x7f368a615a88a012,
		0x81ffa7a9549ca6e3, 0x84d8626d3118d396, 0x87c11235836d16a3, 0x8aba10758e1ea3cf,
		0x8dc3b8960164a7d9, 0x90de67fff600044c, 0x940a7e28259fb382, 0x97485c9a622adb60,
		0x9a9867054d512391, 0x9dfb034651c99c68, 0xa1709975dfb06757, 0xa4f993f3ed7b61ca,
		0xa8965f74bf065071, 0xac476b0df43f745f, 0xb00d2843e1060dc2, 0xb3e80b172fd51af7,
		0xb7d88a12d0dd9ea0, 0xbbdf1e5a373ce5c6, 0xbffc43b7e604a922, 0xc43078ac4ed47ae7,
		0xc87c3e7d03cdbec3, 0xcce019443eb56ce4, 0xd15c9000bf211c1f, 0xd5f22ca6019743e0,
		0xdaa17c2cd19555db, 0xdf6b0ea438793a89, 0xe44f7742cb56e3dd, 0xe94f4c7859ce1066,
		2 * 0x7735940000000000,
	}
}

// bucket returns the index of the bucket for a time above zero.
func (s *nativeScale) bucket(d time.Duration) int {
	shift := bits.LeadingZeros64(uint64(d))
	if uint64(d)<<shift > s[nativePerOctave] {
		shift--
	}
	k := 0
	for uint64(d)<<shift > s[k] {
		k++
	}
	return k + nativePerOctave*(nativeHighest-shift)
}

// bound returns the longest time in the bucket of an index or in those before it.
func (s *nativeScale) bound(index int) time.Duration {
	k := index & (nativePerOctave - 1)
	return time.Duration(s[k] >> (nativeHighest - (index-k)/nativePerOctave))
}
