import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

class Sign {
    // The signature of a request. members are those of its body as they are
    // written there: texts as they are, numbers and truths as in JSON, orderRef as
    // its JSON without spaces. Leave out null, arrays and every other object.
    static String sign(Map<String, String> members, String secret) throws Exception {
        Map<String, String> signed = new TreeMap<>();
        members.forEach((name, value) -> {
            String key = name.toLowerCase(Locale.ROOT);
            if (!key.equals("signature") && !value.isEmpty()) {
                signed.put(key, value);
            }
        });
        String base = signed.entrySet().stream()
            .map(member -> member.getKey() + "=" + member.getValue())
            .collect(Collectors.joining("&"));
        byte[] sum = MessageDigest.getInstance("MD5").digest((base + secret).getBytes(StandardCharsets.UTF_8));
        return String.format("%032x", new BigInteger(1, sum));
    }

    // Here the members come on standard input, one name=value on each line.
    public static void main(String[] args) throws Exception {
        Map<String, String> members = new LinkedHashMap<>();
        try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                int at = line.indexOf('=');
                members.put(line.substring(0, at), line.substring(at + 1));
            }
        }
        System.out.println(sign(members, System.getenv("WAYPAY_SECRET_KEY")));
    }
}
