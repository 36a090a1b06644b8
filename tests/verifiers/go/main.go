// Command verify checks a running log with golang.org/x/mod/sumdb, which knows nothing of this project: the note's
// signature, the root from the tiles, that sampled entries are included, that the tree only ever grew.
//
// Build with Debian's golang-golang-x-mod-dev: GO111MODULE=off GOPATH=/usr/share/gocode go build
package main

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	// Hashes in a full tile are 2 to this power.
	height = 8
	// How many entries are checked.
	samples = 50
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: verify LOG_URL VKEY [OLDER_CHECKPOINT_FILE]")
		os.Exit(2)
	}
	log, vkey := remote{strings.TrimSuffix(os.Args[1], "/")}, os.Args[2]
	failed := false
	report := func(what string, err error) {
		if err != nil {
			failed = true
			fmt.Printf("fail %s: %v\n", what, err)
			return
		}
		fmt.Printf("pass %s\n", what)
	}
	tree, err := log.checkpoint(vkey)
	report("the checkpoint is signed by the log's key", err)
	if err == nil {
		report(fmt.Sprintf("the tiles hash to the root over %d entries", tree.N), checkRoot(tree, log))
		report("sampled entries are included", checkEntries(tree, log))
		report("earlier trees are prefixes of this one", checkPrefixes(tree, log))
	}
	if err == nil && len(os.Args) > 3 {
		report("the log grew from the checkpoint that was kept", checkSince(tree, log, os.Args[3], vkey))
	}
	if failed {
		os.Exit(1)
	}
}

func checkRoot(tree tlog.Tree, log remote) error {
	root, err := tlog.TreeHash(tree.N, tlog.TileHashReader(tree, log))
	if err == nil && root != tree.Hash {
		err = fmt.Errorf("the root is %v, the checkpoint says %v", root, tree.Hash)
	}
	return err
}

// The first and last entry, and others evenly between.
func sample(size int64) []int64 {
	step := size/samples + 1
	var picked []int64
	for i := int64(0); i < size; i += step {
		picked = append(picked, i)
	}
	return append(picked, size-1)
}

func checkEntries(tree tlog.Tree, log remote) error {
	hashes := tlog.TileHashReader(tree, log)
	for _, i := range sample(tree.N) {
		entry, err := log.entry(tree.N, i)
		if err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
		proof, err := tlog.ProveRecord(tree.N, i, hashes)
		if err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, i, tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
	}
	return nil
}

func checkPrefixes(tree tlog.Tree, log remote) error {
	hashes := tlog.TileHashReader(tree, log)
	for _, i := range sample(tree.N) {
		old, err := tlog.TreeHash(i+1, hashes)
		if err != nil {
			return fmt.Errorf("size %d: %w", i+1, err)
		}
		if err := checkGrowth(tree, tlog.Tree{N: i + 1, Hash: old}, hashes); err != nil {
			return fmt.Errorf("size %d: %w", i+1, err)
		}
	}
	return nil
}

func checkSince(tree tlog.Tree, log remote, file, vkey string) error {
	kept, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	old, err := openCheckpoint(kept, vkey)
	if err != nil {
		return err
	}
	if old.N >= tree.N {
		return fmt.Errorf("it had %d entries and has %d now", old.N, tree.N)
	}
	return checkGrowth(tree, old, tlog.TileHashReader(tree, log))
}

func checkGrowth(tree, old tlog.Tree, hashes tlog.HashReader) error {
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

// remote reads a log over HTTP. It is the tlog.TileReader; what it returns is checked by tlog.TileHashReader.
type remote struct{ url string }

func (r remote) get(path string) ([]byte, error) {
	client := http.Client{Timeout: 30 * time.Second}
	answer, err := client.Get(r.url + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

func (r remote) checkpoint(vkey string) (tlog.Tree, error) {
	text, err := r.get("checkpoint")
	if err != nil {
		return tlog.Tree{}, err
	}
	return openCheckpoint(text, vkey)
}

// openCheckpoint reads a C2SP checkpoint: origin, size and root, each on a line of its own.
func openCheckpoint(text []byte, vkey string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("the note is no checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 1 {
		return tlog.Tree{}, fmt.Errorf("size %q", lines[1])
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	tree := tlog.Tree{N: size}
	if err != nil || copy(tree.Hash[:], root) != tlog.HashSize {
		return tlog.Tree{}, fmt.Errorf("root %q", lines[2])
	}
	return tree, nil
}

// tilePath is the name of a tile in C2SP's tlog-tiles, which fixed the height that Go still writes out.
func tilePath(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	if rest := strings.TrimPrefix(path, "data/"); rest != path {
		path = "entries/" + rest
	}
	return "tile/" + path
}

func (r remote) Height() int                         { return height }
func (r remote) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (r remote) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		var err error
		if data[i], err = r.get(tilePath(tile)); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// entry takes one entry out of its bundle: each stands after its length, 16 bits, big-endian.
func (r remote) entry(size, index int64) ([]byte, error) {
	tile := tlog.Tile{H: height, L: -1, N: index >> height, W: 1 << height}
	if rest := size - tile.N<<height; rest < 1<<height {
		tile.W = int(rest)
	}
	bundle, err := r.get(tilePath(tile))
	if err != nil {
		return nil, err
	}
	for i := tile.N << height; len(bundle) >= 2; i++ {
		length := int(binary.BigEndian.Uint16(bundle))
		if len(bundle) < 2+length {
			break
		}
		if i == index {
			return bundle[2 : 2+length], nil
		}
		bundle = bundle[2+length:]
	}
	return nil, errors.New("the bundle ends too soon")
}
