using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

// Here the body comes on standard input.
var body = JsonNode.Parse(Console.In.ReadToEnd())!.AsObject();
Console.WriteLine(Sign(body, Environment.GetEnvironmentVariable("WAYPAY_SECRET_KEY")!));

// The signature of a request's body. Send exactly ToJsonString of the same object,
// with the signature added.
static string Sign(JsonObject body, string secret)
{
    var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
    foreach (var (name, value) in body)
    {
        var key = name.ToLowerInvariant();
        if (key == "signature" || value is null) continue;
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                if (value.GetValue<string>() != "") members[key] = value.GetValue<string>();
                break;
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                members[key] = value.ToJsonString();
                break;
            // Of objects, orderRef alone takes part, as the documentation's example has it.
            case JsonValueKind.Object when key == "orderref":
                members[key] = value.ToJsonString();
                break;
        }
    }
    var text = string.Join("&", members.Select(member => $"{member.Key}={member.Value}")) + secret;
    return Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes(text))).ToLowerInvariant();
}
