package pay

import (
	"slices"
	"strings"
)

// Region is the state of the billing address as the rate table knows it: two
// letters for the states of the US and the provinces of Canada however the
// buyer wrote them, upper case for all others. A Canadian address without a
// province has that of its postal code.
func (b Billing) Region() string {
	if region := Region(b.Country, b.State); region != "" || b.Country != "CA" {
		return region
	}
	return provinceOf(b.Postcode)
}

// Region writes a state the one way in which states are compared.
func Region(country, state string) string {
	name := strings.ToUpper(strings.Join(strings.Fields(state), " "))
	code := strings.TrimPrefix(name, country+"-") // ISO 3166-2
	if code, known := regionCodes[country][name]; known {
		return code
	}
	return code
}

// provinceOf reads a Canadian postal code. The north's letter X is shared by
// two territories.
func provinceOf(postcode string) string {
	code := strings.ToUpper(strings.ReplaceAll(postcode, " ", ""))
	if code == "" {
		return ""
	}
	if code[0] == 'X' {
		for _, nunavut := range []string{"X0A", "X0B", "X0C"} {
			if strings.HasPrefix(code, nunavut) {
				return "NU"
			}
		}
		return "NT"
	}
	return provinces[code[0]]
}

var provinces = map[byte]string{
	'A': "NL", 'B': "NS", 'C': "PE", 'E': "NB", 'G': "QC", 'H': "QC", 'J': "QC", 'K': "ON", 'L': "ON", 'M': "ON", 'N': "ON",
	'P': "ON", 'R': "MB", 'S': "SK", 'T': "AB", 'V': "BC", 'Y': "YT",
}

// regionCodes are the states that buyers write out, by country.
var regionCodes = map[string]map[string]string{
	"US": {
		"ALABAMA": "AL", "ALASKA": "AK", "ARIZONA": "AZ", "ARKANSAS": "AR", "CALIFORNIA": "CA", "COLORADO": "CO", "CONNECTICUT": "CT",
		"DELAWARE": "DE", "DISTRICT OF COLUMBIA": "DC", "WASHINGTON DC": "DC", "WASHINGTON, DC": "DC", "WASHINGTON D.C.": "DC",
		"FLORIDA": "FL", "GEORGIA": "GA", "HAWAII": "HI", "IDAHO": "ID", "ILLINOIS": "IL", "INDIANA": "IN", "IOWA": "IA", "KANSAS": "KS",
		"KENTUCKY": "KY", "LOUISIANA": "LA", "MAINE": "ME", "MARYLAND": "MD", "MASSACHUSETTS": "MA", "MICHIGAN": "MI", "MINNESOTA": "MN",
		"MISSISSIPPI": "MS", "MISSOURI": "MO", "MONTANA": "MT", "NEBRASKA": "NE", "NEVADA": "NV", "NEW HAMPSHIRE": "NH", "NEW JERSEY": "NJ",
		"NEW MEXICO": "NM", "NEW YORK": "NY", "NORTH CAROLINA": "NC", "NORTH DAKOTA": "ND", "OHIO": "OH", "OKLAHOMA": "OK", "OREGON": "OR",
		"PENNSYLVANIA": "PA", "PUERTO RICO": "PR", "RHODE ISLAND": "RI", "SOUTH CAROLINA": "SC", "SOUTH DAKOTA": "SD", "TENNESSEE": "TN",
		"TEXAS": "TX", "UTAH": "UT", "VERMONT": "VT", "VIRGINIA": "VA", "WASHINGTON": "WA", "WEST VIRGINIA": "WV", "WISCONSIN": "WI",
		"WYOMING": "WY",
	},
	"CA": {
		"ALBERTA": "AB", "BRITISH COLUMBIA": "BC", "MANITOBA": "MB", "NEW BRUNSWICK": "NB", "NEWFOUNDLAND AND LABRADOR": "NL",
		"NEWFOUNDLAND": "NL", "NOVA SCOTIA": "NS", "NORTHWEST TERRITORIES": "NT", "NUNAVUT": "NU", "ONTARIO": "ON",
		"PRINCE EDWARD ISLAND": "PE", "QUEBEC": "QC", "QUÉBEC": "QC", "SASKATCHEWAN": "SK", "YUKON": "YT",
	},
}

// InEU reports whether a country is a member state of the European Union.
func InEU(country string) bool {
	_, found := slices.BinarySearch(unionMembers, country)
	return found
}

var unionMembers = strings.Fields(`AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK`)
