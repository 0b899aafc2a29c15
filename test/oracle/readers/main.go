// Answers what Go's libraries, and those that Kubernetes is built of, make of a text: each line of the input is a
// question in JSON, each line of the output its answer.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
)

// question names a reader and holds what it needs; readers leave alone what isn't theirs.
type question struct {
	Reader string
	Text   string
	// Bytes is Text in base64, for what is no valid text.
	Bytes   string
	Pattern string
	Format  string
	Type    string
	Schema  json.RawMessage
	Value   json.RawMessage
}

// data is what the question is about: its bytes, else its text.
func (q question) data() []byte {
	if q.Bytes == "" {
		return []byte(q.Text)
	}
	data, err := base64.StdEncoding.DecodeString(q.Bytes)
	if err != nil {
		panic(err)
	}
	return data
}

// answer is what a reader read, in JSON or as a text, or what it says is wrong.
type answer struct {
	Value  interface{} `json:"value,omitempty"`
	Error  string      `json:"error,omitempty"`
	Errors []string    `json:"errors,omitempty"`
	Panic  string      `json:"panic,omitempty"`
}

func failed(err error) answer { return answer{Error: err.Error()} }

var readers = map[string]func(question) answer{
	"base64":   readBase64,
	"duration": readDuration,
	"format":   readFormat,
	"json":     readJSON,
	"kind":     readKind,
	"pattern":  readPattern,
	"schema":   readSchema,
	"time":     readTime,
	"yaml":     readYAML,
}

func ask(line []byte) (result answer) {
	defer func() {
		if problem := recover(); problem != nil {
			result = answer{Panic: fmt.Sprint(problem)}
		}
	}()
	var q question
	if err := json.Unmarshal(line, &q); err != nil {
		panic(err)
	}
	return readers[q.Reader](q)
}

func main() {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := bufio.NewWriter(os.Stdout)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		encoded, err := json.Marshal(ask(line))
		if err != nil {
			encoded, _ = json.Marshal(answer{Panic: err.Error()})
		}
		output.Write(append(encoded, '\n'))
		if input.Buffered() == 0 {
			output.Flush()
		}
	}
}
