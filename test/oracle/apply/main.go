// Applies and updates objects with the library that Kubernetes merges them with, one request per line of JSON on
// standard input and one answer per line on standard output: what our own server-side apply is compared with.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"

	"sigs.k8s.io/structured-merge-diff/fieldpath"
	"sigs.k8s.io/structured-merge-diff/merge"
	"sigs.k8s.io/structured-merge-diff/typed"
	"sigs.k8s.io/structured-merge-diff/value"
)

// A request either gives a schema a name or writes an object.
type request struct {
	// The name of a schema, and when it is defined, its types in the library's own form.
	Schema string
	Types  json.RawMessage
	// The root type of the object in each version.
	Versions map[string]string
	// What is stored before the write, and who owns what of it.
	Live     json.RawMessage
	Managers map[string]manager
	Write    write
	// What nobody comes to own, as fieldsV1.
	Ignored json.RawMessage
}

type manager struct {
	Version string          `json:"version"`
	Applied bool            `json:"applied"`
	Fields  json.RawMessage `json:"fields"`
}

type write struct {
	Manager string
	Version string
	Value   json.RawMessage
	// An apply, else an update.
	Apply bool
	Force bool
}

// An answer has the object and its managers, or conflicts, or an error.
type answer struct {
	Object    json.RawMessage    `json:"object,omitempty"`
	Managers  map[string]manager `json:"managers,omitempty"`
	Conflicts []conflict         `json:"conflicts,omitempty"`
	Error     string             `json:"error,omitempty"`
}

type conflict struct {
	Manager string `json:"manager"`
	Path    string `json:"path"`
}

func main() {
	parsers := map[string]*typed.Parser{}
	input := bufio.NewReader(os.Stdin)
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		result, err := respond(parsers, line)
		if err != nil {
			result = answer{Error: err.Error()}
		}
		if err := output.Encode(result); err != nil {
			log.Fatal(err)
		}
	}
}

func respond(parsers map[string]*typed.Parser, line []byte) (answer, error) {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{}, err
	}
	if asked.Types != nil {
		parser, err := typed.NewParser(typed.YAMLObject(asked.Types))
		parsers[asked.Schema] = parser
		return answer{}, err
	}
	return perform(asked, converter{parsers[asked.Schema], asked.Versions})
}

func perform(asked request, types converter) (answer, error) {
	version := fieldpath.APIVersion(asked.Write.Version)
	live, err := types.read(asked.Live, version)
	if err != nil {
		return answer{}, fmt.Errorf("live: %v", err)
	}
	config, err := types.read(asked.Write.Value, version)
	if err != nil {
		return answer{}, fmt.Errorf("value: %v", err)
	}
	managers, err := readManagers(asked.Managers)
	if err != nil {
		return answer{}, err
	}
	updater := merge.Updater{Converter: types}
	if asked.Ignored != nil {
		ignored, err := readFields(asked.Ignored)
		if err != nil {
			return answer{}, err
		}
		updater.IgnoredFields = map[fieldpath.APIVersion]*fieldpath.Set{version: ignored}
	}
	if !asked.Write.Apply {
		result, after, err := updater.Update(live, config, version, managers, asked.Write.Manager)
		if err != nil {
			return answer{}, err
		}
		return writeAnswer(result, after)
	}
	apply := func(force bool) (*typed.TypedValue, fieldpath.ManagedFields, error) {
		result, after, err := updater.Apply(live, config, version, managers.Copy(), asked.Write.Manager, force)
		if result == nil {
			result = live
		}
		return result, after, err
	}
	result, after, err := apply(asked.Write.Force)
	var conflicts merge.Conflicts
	if errors.As(err, &conflicts) {
		forced, _, err := apply(true)
		if err != nil {
			return answer{}, err
		}
		found, err := conflictsWith(conflicts, managers, live, forced)
		return answer{Conflicts: found}, err
	}
	if err != nil {
		return answer{}, err
	}
	return writeAnswer(result, after)
}

// The conflicts in full: in this version of the library paths that lie together overwrite each other in its error, so
// they are found again in what the apply would change.
func conflictsWith(named merge.Conflicts, managers fieldpath.ManagedFields, live, forced *typed.TypedValue) ([]conflict, error) {
	changes, err := live.Compare(forced)
	if err != nil {
		return nil, err
	}
	changed := changes.Modified.Union(changes.Added)
	seen := map[string]bool{}
	result := []conflict{}
	for _, one := range named {
		if seen[one.Manager] {
			continue
		}
		seen[one.Manager] = true
		managers[one.Manager].Set().Intersection(changed).Iterate(func(path fieldpath.Path) {
			result = append(result, conflict{one.Manager, path.String()})
		})
	}
	if len(result) != len(named) {
		return nil, fmt.Errorf("found %d conflicts of %v", len(result), named)
	}
	return result, nil
}

// A converter between versions that differ in nothing but their types.
type converter struct {
	parser   *typed.Parser
	versions map[string]string
}

var errNoVersion = errors.New("there is no such version")

func (c converter) Convert(object *typed.TypedValue, version fieldpath.APIVersion) (*typed.TypedValue, error) {
	return c.typedAs(object.AsValue(), version)
}

func (c converter) IsMissingVersionError(err error) bool { return errors.Is(err, errNoVersion) }

func (c converter) read(text json.RawMessage, version fieldpath.APIVersion) (*typed.TypedValue, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var content interface{}
	if err := decoder.Decode(&content); err != nil {
		return nil, err
	}
	return c.typedAs(value.NewValueInterface(withNumbers(content)), version)
}

func (c converter) typedAs(content value.Value, version fieldpath.APIVersion) (*typed.TypedValue, error) {
	name, ok := c.versions[string(version)]
	if !ok {
		return nil, errNoVersion
	}
	kind := c.parser.Type(name)
	return typed.AsTyped(content, kind.Schema, kind.TypeRef)
}

// Kubernetes tells whole numbers from others.
func withNumbers(content interface{}) interface{} {
	switch content := content.(type) {
	case json.Number:
		if whole, err := content.Int64(); err == nil {
			return whole
		}
		number, _ := content.Float64()
		return number
	case []interface{}:
		for index, item := range content {
			content[index] = withNumbers(item)
		}
	case map[string]interface{}:
		for key, item := range content {
			content[key] = withNumbers(item)
		}
	}
	return content
}

func readManagers(given map[string]manager) (fieldpath.ManagedFields, error) {
	managers := fieldpath.ManagedFields{}
	for name, one := range given {
		set, err := readFields(one.Fields)
		if err != nil {
			return nil, err
		}
		managers[name] = fieldpath.NewVersionedSet(set, fieldpath.APIVersion(one.Version), one.Applied)
	}
	return managers, nil
}

func readFields(fields json.RawMessage) (*fieldpath.Set, error) {
	set := fieldpath.NewSet()
	return set, set.FromJSON(bytes.NewReader(fields))
}

func writeAnswer(object *typed.TypedValue, managers fieldpath.ManagedFields) (answer, error) {
	text, err := value.ToJSON(object.AsValue())
	if err != nil {
		return answer{}, err
	}
	result := answer{Object: text, Managers: map[string]manager{}}
	for name, one := range managers {
		fields, err := one.Set().ToJSON()
		if err != nil {
			return answer{}, err
		}
		result.Managers[name] = manager{string(one.APIVersion()), one.Applied(), fields}
	}
	return result, nil
}
