// Grow a pool by one node and wait for it, with a token and nothing but Go's library.
// Usage: go run pools.go URL PROJECT POOL DOMAIN USER, with PASSWORD in the environment.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
)

type document = map[string]any

var url, project, token string

// call sends a request and reads the answer into the given value; what is not a success ends the program.
func call(method, path, contentType string, body, into any) http.Header {
	sent, err := json.Marshal(body)
	if err != nil {
		log.Fatal(err)
	}
	if body == nil {
		sent = nil
	}
	request, err := http.NewRequest(method, url+path, bytes.NewReader(sent))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("X-Auth-Token", token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		log.Fatalf("%s %s: %s", method, path, answer.Status)
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		log.Fatal(err)
	}
	return answer.Header
}

func login(domain, user, password string) string {
	who := document{"user": document{"name": user, "password": password, "domain": document{"name": domain}}}
	identity := document{"methods": []string{"password"}, "password": who}
	scope := document{"project": document{"id": project}}
	body := document{"auth": document{"identity": identity, "scope": scope}}
	return call("POST", "/v3/auth/tokens", "application/json", body, &document{}).Get("X-Subject-Token")
}

type pool struct {
	Metadata struct {
		Name   string
		Labels map[string]string
	}
	Spec struct{ Resources []document }
}

type order struct {
	Items []struct{ ResourceName, Action, Status string }
}

func isProcessing(found order) bool {
	for _, item := range found.Items {
		if item.Status == "processing" {
			return true
		}
	}
	return len(found.Items) == 0
}

func main() {
	url, project = os.Args[1], os.Args[2]
	name := os.Args[3]
	token = login(os.Args[4], os.Args[5], os.Getenv("PASSWORD"))
	pools := "/v2/" + project + "/pools"

	var listed struct{ Items []pool }
	call("GET", pools, "application/json", nil, &listed)
	var resources []document
	for _, item := range listed.Items {
		if item.Metadata.Name == name {
			resources = item.Spec.Resources
		}
	}
	before := resources[0]["count"].(float64)
	resources[0]["count"], resources[0]["maxCount"] = before+1, before+1

	var patched pool
	patch := document{"spec": document{"resources": resources}}
	call("PATCH", pools+"/"+name, "application/merge-patch+json", patch, &patched)
	address := "/v1/" + project + "/orders/" + patched.Metadata.Labels["os.modelarts/order.name"]

	var found order
	for {
		found = order{}
		call("GET", address, "application/json", nil, &found)
		if !isProcessing(found) {
			break
		}
	}
	for _, item := range found.Items {
		fmt.Printf("%s: %v -> %v, %s %s\n", name, before, before+1, item.Action, item.Status)
	}
}
