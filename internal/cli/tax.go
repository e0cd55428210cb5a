package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"tillway/internal/config"
	"tillway/internal/fault"
	"tillway/internal/operator"
)

// taxCommand groups what the operator does with tax rates.
type taxCommand struct {
	Load taxLoadCommand `cmd:"" help:"Replace the table of tax rates by a CSV file."`
	Show taxShowCommand `cmd:"" help:"Show the table of tax rates in use."`
}

type taxLoadCommand struct {
	config.Data `embed:""`
	File        string `arg:"" help:"CSV with the columns country,state,category,rate_percent,name; - reads standard input."`
	JSON        bool   `help:"Print one JSON object."`
}

// Run replaces the table, or leaves it as it is when a line is wrong.
func (c *taxLoadCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	text, err := readSmallFile(c.File, operator.MaxTaxFile)
	if err != nil {
		return outcome{exitFailed, err}
	}
	var table operator.TaxTable
	err = operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		table, err = o.LoadTax(ctx, operator.LoadTaxIn{CSV: text})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, table)
	}
	_, err = fmt.Fprintf(s.Out, "%d tax rates are in use from now on. Orders placed before keep the tax they were quoted.\n", len(table.Rates))
	return err
}

type taxShowCommand struct {
	config.Data `embed:""`
	Country     string `placeholder:"CODE" help:"Only the rates of this country."`
	JSON        bool   `help:"Print one JSON object."`
}

// Run prints the table.
func (c *taxShowCommand) Run(ctx context.Context, s Streams) error {
	if err := c.Resolve(); err != nil {
		return err
	}
	var table operator.TaxTable
	err := operate(ctx, c.Data, s, func(o operator.Operator) (err error) {
		table, err = o.ShowTax(ctx, operator.ShowTaxIn{Country: strings.ToUpper(c.Country)})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.Out, table)
	}
	if table.LoadedAt == nil {
		_, err := fmt.Fprintln(s.Out, "No tax rates are loaded, so no sale is taxed. Load a table with: tillway tax load FILE.csv")
		return err
	}
	_, _ = fmt.Fprintf(s.Out, "Loaded %s UTC. A sale that no line covers is not taxed.\n", table.LoadedAt.Format(time.DateTime))
	lines := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(lines, "COUNTRY\tSTATE\tCATEGORY\tRATE %\tNAME")
	for _, rate := range table.Rates {
		_, _ = fmt.Fprintf(lines, "%s\t%s\t%s\t%s\t%s\n", rate.Country, orEvery(rate.State), orEvery(string(rate.Category)), rate.RatePercent, rate.Name)
	}
	return lines.Flush()
}

// orEvery shows an empty cell for what it means.
func orEvery(cell string) string {
	if cell == "" {
		return "*"
	}
	return cell
}

// readSmallFile reads a file of at most so many bytes; "-" is standard input.
func readSmallFile(name string, most int64) (string, error) {
	file := os.Stdin
	if name != "-" {
		opened, err := os.Open(name)
		if err != nil {
			return "", fault.New(fault.Invalid, "no_file", "The file "+name+" cannot be read").WithCause(err)
		}
		defer func() { _ = opened.Close() }() // it was only read
		file = opened
	}
	text, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return "", fault.New(fault.Invalid, "no_file", "The file "+name+" cannot be read").WithCause(err)
	}
	if int64(len(text)) > most {
		return "", fault.Invalidf("", "file_too_large", "The file %s is longer than %d KB", name, most>>10)
	}
	return string(text), nil
}
