package main

import (
	"encoding/json"

	metajson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// The types are named, and their fields tagged, like the ones of the API whose errors are compared.
type Container struct {
	Name  string   `json:"name"`
	Image string   `json:"image,omitempty"`
	Args  []string `json:"args,omitempty"`
	Stdin bool     `json:"stdin,omitempty"`
}

type PodSpec struct {
	Containers                    []Container       `json:"containers"`
	NodeSelector                  map[string]string `json:"nodeSelector,omitempty"`
	TerminationGracePeriodSeconds *int64            `json:"terminationGracePeriodSeconds,omitempty"`
	Priority                      *int32            `json:"priority,omitempty"`
	HostNetwork                   bool              `json:"hostNetwork,omitempty"`
}

type ObjectMeta struct {
	Name        string            `json:"name,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	Finalizers  []string          `json:"finalizers,omitempty"`
}

type Pod struct {
	APIVersion string     `json:"apiVersion,omitempty"`
	Kind       string     `json:"kind,omitempty"`
	Metadata   ObjectMeta `json:"metadata,omitempty"`
	Spec       PodSpec    `json:"spec,omitempty"`
}

// readJSON reads a Pod, or any value when no type is asked for, as the API server's strict decoder does.
func readJSON(q question) answer {
	var target interface{} = new(interface{})
	if q.Type == "Pod" {
		target = &Pod{}
	}
	strict, err := metajson.UnmarshalStrict(q.data(), target)
	if err != nil {
		return failed(err)
	}
	result := answer{Value: target}
	for _, problem := range strict {
		result.Errors = append(result.Errors, problem.Error())
	}
	return result
}

// readKind reads what is read first of every body.
func readKind(q question) answer {
	found := struct {
		APIVersion string `json:"apiVersion,omitempty"`
		Kind       string `json:"kind,omitempty"`
	}{}
	if err := json.Unmarshal(q.data(), &found); err != nil {
		return failed(err)
	}
	return answer{Value: found}
}

func readYAML(q question) answer {
	data, err := yaml.YAMLToJSON(q.data())
	if err != nil {
		return failed(err)
	}
	result := answer{Value: json.RawMessage(data)}
	if _, err := yaml.YAMLToJSONStrict(q.data()); err != nil {
		result.Errors = []string{err.Error()}
	}
	return result
}
