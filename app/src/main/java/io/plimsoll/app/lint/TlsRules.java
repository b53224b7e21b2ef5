package io.plimsoll.app.lint;

import io.plimsoll.app.yaml.Place;
import io.plimsoll.app.yaml.YamlNode;
import io.plimsoll.app.yaml.YamlNode.Mapping;
import java.util.List;

/// The traps around TLS. The scheme of `urlPrefix` decides whether TLS is spoken; `enableHTTPS` only turns off the
/// check of the server's certificate when no authority is given.
record TlsRules(Findings findings, Mapping extender) {

    void check() {
        boolean speaksTls = extender.scalar("urlPrefix")
                .filter(url -> url.text().startsWith("https://"))
                .isPresent();
        boolean enabled = extender.isTrue("enableHTTPS");
        var tls = extender.get("tlsConfig")
                .filter(Mapping.class::isInstance)
                .map(Mapping.class::cast)
                .orElse(new Mapping(List.of(), extender.place()));
        boolean verified = hasOne(tls, "caFile", "caData");
        if (speaksTls) {
            checkSpoken(tls, enabled, verified);
        } else if (extender.scalar("urlPrefix").isPresent()
                && (enabled || !tls.entries().isEmpty())) {
            findings.error(
                    "tls-plain-url",
                    placeOf(enabled ? "enableHTTPS" : "tlsConfig"),
                    "TLS is configured, but urlPrefix is not https; calls go out in the clear",
                    "Write urlPrefix: https://..., or remove enableHTTPS and tlsConfig.");
        }
        checkPairs(tls, verified);
    }

    private void checkSpoken(Mapping tls, boolean enabled, boolean verified) {
        if (enabled && !verified) {
            findings.error(
                    "tls-unverified",
                    placeOf("enableHTTPS"),
                    "enableHTTPS without caFile or caData turns the check of the server's certificate off",
                    "Give tlsConfig.caFile.");
        } else if (!verified && !tls.isTrue("insecure")) {
            findings.warning(
                    "tls-system-authorities",
                    extender.place(),
                    "neither caFile nor caData is set; only certificates that the host's own authorities signed pass",
                    "Give tlsConfig.caFile.");
        }
        if (!hasOne(tls, "certFile", "certData")) {
            findings.warning(
                    "tls-no-client-certificate",
                    extender.place(),
                    "no client certificate is set; an extender that asks for one, as Plimsoll does, refuses every call",
                    "Give tlsConfig.certFile and tlsConfig.keyFile.");
        }
        if (tls.isTrue("insecure") && !verified) {
            findings.error(
                    "tls-unverified",
                    placeIn(tls, "insecure"),
                    "insecure: true turns the check of the server's certificate off",
                    "Remove it and give tlsConfig.caFile.");
        }
    }

    private void checkPairs(Mapping tls, boolean verified) {
        boolean certificate = hasOne(tls, "certFile", "certData");
        if (certificate != hasOne(tls, "keyFile", "keyData")) {
            findings.error(
                    "tls-pair",
                    tls.place(),
                    certificate ? "a client certificate without its key" : "a client key without its certificate",
                    "Give certFile and keyFile, or neither.");
        }
        if (verified && tls.isTrue("insecure")) {
            findings.error(
                    "tls-insecure-with-authority",
                    placeIn(tls, "insecure"),
                    "insecure together with caFile or caData; the scheduler does not start",
                    "Remove insecure.");
        }
    }

    private static boolean hasOne(Mapping tls, String file, String data) {
        return tls.scalar(file).isPresent() || tls.scalar(data).isPresent();
    }

    private Place placeOf(String key) {
        return placeIn(extender, key);
    }

    private static Place placeIn(Mapping mapping, String key) {
        return mapping.get(key).map(YamlNode::place).orElse(mapping.place());
    }
}
