package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/errors"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
	metajson "sigs.k8s.io/json"
)

// problem is what is wrong with a value, as the API server is told of it.
type problem struct {
	Kind    string `json:"kind"`
	Path    string `json:"path"`
	Value   string `json:"value"`
	Message string `json:"message"`
}

var kinds = map[int32]string{
	errors.RequiredFailCode:      "required",
	errors.EnumFailCode:          "enum",
	errors.TooLongFailCode:       "tooLong",
	errors.MaxItemsFailCode:      "tooManyItems",
	errors.TooManyPropertiesCode: "tooManyProperties",
}

// readSchema validates a value as the API server validates a custom resource.
func readSchema(q question) answer {
	schema := &spec.Schema{}
	if err := json.Unmarshal(q.Schema, schema); err != nil {
		return failed(err)
	}
	var value interface{}
	if err := metajson.UnmarshalCaseSensitivePreserveInts(q.Value, &value); err != nil {
		return failed(err)
	}
	result := validate.NewSchemaValidator(schema, nil, "", strfmt.Default).Validate(value)
	problems := []problem{}
	for _, err := range result.Errors {
		problems = append(problems, describe(err))
	}
	return answer{Value: problems}
}

func describe(err error) problem {
	found, ok := err.(*errors.Validation)
	if !ok {
		return problem{Kind: "composite", Value: `""`, Message: err.Error()}
	}
	kind := kinds[found.Code()]
	if found.Value == nil && kind == "" {
		found.Value = ""
	}
	return problem{Kind: kind, Path: strings.TrimPrefix(found.Name, "."), Value: show(found.Value), Message: found.Error()}
}

// show writes a value as errors of fields do.
func show(value interface{}) string {
	switch value := value.(type) {
	case nil:
		return `"null"`
	case string:
		return fmt.Sprintf("%q", value)
	case int64, float64, bool:
		return fmt.Sprint(value)
	}
	encoded, _ := json.Marshal(value)
	return string(encoded)
}
