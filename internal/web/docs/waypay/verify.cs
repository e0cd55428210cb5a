using System.Globalization;
using System.Security.Cryptography;
using System.Text;

// Here the body comes on standard input, and the headers X-Waypay-Timestamp and
// X-Waypay-Signature in variables.
using var raw = new MemoryStream();
Console.OpenStandardInput().CopyTo(raw);
var accepted = Verify(
    raw.ToArray(),
    Environment.GetEnvironmentVariable("TIMESTAMP") ?? "",
    Environment.GetEnvironmentVariable("SIGNATURE") ?? "",
    Environment.GetEnvironmentVariable("WAYPAY_SECRET_KEY")!);
Console.WriteLine(accepted ? "accepted" : "refused");
return accepted ? 0 : 1;

// Whether a webhook is genuine and fresh. body is the raw body, byte for byte.
static bool Verify(byte[] body, string timestamp, string signature, string secret)
{
    const long toleranceSeconds = 300;
    if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var sent)
        || Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - sent) > toleranceSeconds)
    {
        return false;
    }
    using var mac = new HMACSHA256(Encoding.UTF8.GetBytes(secret));
    var expected = mac.ComputeHash([.. Encoding.UTF8.GetBytes(timestamp + "."), .. body]);
    return CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Convert.ToHexString(expected).ToLowerInvariant()),
        Encoding.ASCII.GetBytes(signature));
}
