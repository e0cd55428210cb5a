package cli

import (
	"cmp"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/user"
	"strings"
	"time"

	"tillway/internal/api/listener/listenerclient"
	"tillway/internal/api/pancake/pancakeclient"
	"tillway/internal/fault"
	"tillway/internal/id"
)

// listenCommand brings webhooks to a program on this machine, which nobody else
// can reach.
type listenCommand struct {
	ForwardTo string   `name:"forward-to" required:"" placeholder:"URL" help:"Address of your program, such as http://localhost:3000/webhooks."`
	Events    []string `placeholder:"EVENT" help:"Events to receive, separated by commas. Default: all."`
	Store     string   `env:"TILLWAY_STORE,WAFFO_STORE_ID" placeholder:"STO_…" help:"The store to listen to. Default: the merchant's only one."`
	Server    string   `default:"http://127.0.0.1:8080" placeholder:"URL" help:"Address of the Tillway server (${default})."`
	Dialect   string   `placeholder:"NAME" help:"Whose words the webhooks are in. Default: pancake."`
	Name      string   `placeholder:"NAME" help:"What this listener is known by; under the same name it goes on where it stopped. Default: user, host and --forward-to."`
	JSON      bool     `help:"Print one JSON object a line."`

	Merchant       string    `env:"TILLWAY_MERCHANT,WAFFO_MERCHANT_ID" placeholder:"MER_…" help:"Your merchant id."`
	PrivateKey     id.Secret `name:"private-key" env:"TILLWAY_PRIVATE_KEY,WAFFO_PRIVATE_KEY" placeholder:"PEM" help:"Your private API key; it decides whether test or live events are received. Better in the variable than on the command line."`
	PrivateKeyFile string    `name:"private-key-file" type:"path" placeholder:"FILE" help:"File that holds it instead."`
}

// Run listens until it is told to stop. Exit 1 is a server that refuses, or
// another listener of the same name that took over.
func (c *listenCommand) Run(ctx context.Context, s Streams) error {
	forward, err := forwardURL(c.ForwardTo)
	if err != nil {
		return err
	}
	client, err := c.client()
	if err != nil {
		return err
	}
	defer client.HTTP.CloseIdleConnections()
	// What is shown elsewhere has neither a password nor a query, which may be one.
	shown := url.URL{Scheme: forward.Scheme, Host: forward.Host, Path: forward.Path}
	run := listening{
		client: client, forwarder: newForwarder(forward), table: newListenTable(s, c.JSON), server: c.Server,
		ask: listenerclient.Open{
			StoreID: c.Store, Dialect: c.Dialect, Events: c.Events, ForwardTo: shown.String(),
			Name: cmp.Or(c.Name, machine()+" → "+shown.String()),
		},
	}
	defer run.forwarder.close()
	return run.until(ctx)
}

// client signs with the merchant's key. Errors: Invalid, naming the flag.
func (c *listenCommand) client() (listenerclient.Client, error) {
	none := listenerclient.Client{}
	server, err := url.Parse(c.Server)
	if err != nil || (server.Scheme != "http" && server.Scheme != "https") || server.Host == "" {
		return none, fault.Invalidf("--server", "bad_server", "--server %q is not the address of a server", c.Server).
			WithHint("For example --server http://127.0.0.1:8080")
	}
	if _, err := id.Parse(id.Merchant, c.Merchant); err != nil {
		return none, fault.Invalidf("--merchant", "bad_merchant", "--merchant must be your merchant id, MER_ and 22 characters").
			WithHint("tillway setup prints it; or set WAFFO_MERCHANT_ID")
	}
	text := c.PrivateKey.Reveal()
	if c.PrivateKeyFile != "" {
		read, err := os.ReadFile(c.PrivateKeyFile)
		if err != nil {
			return none, fault.Invalidf("--private-key-file", "private_key_file", "The file %s cannot be read", c.PrivateKeyFile).WithCause(err)
		}
		text = string(read)
	}
	key, err := parsePrivateKey(text)
	if err != nil {
		return none, fault.Invalidf("--private-key", "bad_private_key", "There is no private API key that can be read").
			WithHint("Set WAFFO_PRIVATE_KEY, or name its file with --private-key-file; tillway setup --env-file writes it")
	}
	return listenerclient.Client{Client: pancakeclient.Client{
		BaseURL: c.Server, MerchantID: c.Merchant, Key: key,
		HTTP: &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute}},
	}}, nil
}

// parsePrivateKey reads the spellings that the SDKs take: PEM, PEM on one line
// with \n for its line ends, and the bare base64 of PKCS #8 (spec/pancake.md §14).
func parsePrivateKey(text string) (*rsa.PrivateKey, error) {
	text = strings.ReplaceAll(text, `\n`, "\n")
	if strings.Contains(text, "-----BEGIN") {
		return pancakeclient.ParseKey(text)
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("the key is not RSA")
	}
	return key, nil
}

// forwardURL reads --forward-to; the scheme may be left out.
func forwardURL(text string) (*url.URL, error) {
	full := text
	if !strings.Contains(full, "://") {
		full = "http://" + full
	}
	target, err := url.Parse(full)
	if err != nil || (target.Scheme != "http" && target.Scheme != "https") || target.Hostname() == "" {
		return nil, fault.Invalidf("--forward-to", "bad_forward", "--forward-to %q is not an address that can be called", text).
			WithHint("For example --forward-to http://localhost:3000/webhooks")
	}
	return target, nil
}

// machine names who listens where, the same at every start.
func machine() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "localhost"
	}
	if who, err := user.Current(); err == nil && who.Username != "" {
		return who.Username + "@" + host
	}
	return host
}

// unreachable words a failure to reach the server.
func unreachable(server string, err error) string {
	if _, told := errors.AsType[*pancakeclient.Error](err); told {
		return err.Error()
	}
	if end, told := errors.AsType[ended](err); told {
		return strings.ToLower(end.end.Message[:1]) + end.end.Message[1:]
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "dial" {
		return fmt.Sprintf("%s cannot be reached", server)
	}
	return fmt.Sprintf("the connection to %s is broken", server)
}
