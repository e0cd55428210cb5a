import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class Verify {
    static final long TOLERANCE_SECONDS = 300;

    // Whether a webhook is genuine and fresh. body is the raw body, byte for byte.
    static boolean verify(byte[] body, String timestamp, String signature, String secret) throws Exception {
        if (!timestamp.matches("[0-9]{1,15}")
            || Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) > TOLERANCE_SECONDS) {
            return false;
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
        String expected = HexFormat.of().formatHex(mac.doFinal(body));
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
    }

    // Here the body comes on standard input, and the headers X-Waypay-Timestamp and
    // X-Waypay-Signature in variables.
    public static void main(String[] args) throws Exception {
        var env = System.getenv();
        if (!verify(System.in.readAllBytes(), env.getOrDefault("TIMESTAMP", ""), env.getOrDefault("SIGNATURE", ""), env.get("WAYPAY_SECRET_KEY"))) {
            System.err.println("refused");
            System.exit(1);
        }
        System.out.println("accepted");
    }
}
