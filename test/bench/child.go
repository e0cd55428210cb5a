package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// startChild runs this program with these arguments and returns the first line
// that it prints. It lives until stop.
func startChild(ctx context.Context, args ...string) (line string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() { _ = stdin.Close(); _ = cmd.Wait() }
	line, err = bufio.NewReaderSize(stdout, 1<<20).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, errors.Join(fmt.Errorf("the %s did not start: %q", args[0], line), err)
	}
	return line, stop, nil
}

// startReceivers runs a child that prints so many URLs at which it receives.
func startReceivers(ctx context.Context, name string, count int) (urls []string, stop func(), err error) {
	line, stop, err := startChild(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	if urls = strings.Fields(line); len(urls) != count {
		stop()
		return nil, nil, fmt.Errorf("the %s did not start: %q", name, line)
	}
	return urls, stop, nil
}
