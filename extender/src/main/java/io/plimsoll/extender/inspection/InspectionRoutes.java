package io.plimsoll.extender.inspection;

import io.plimsoll.extender.wire.MalformedRequest;
import io.plimsoll.model.cluster.PodKey;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;

/// The routes of inspection. JSON unless `?format=table` or `Accept: text/plain` asks for a table.
public final class InspectionRoutes {

    private static final int MANIFEST_BYTES_MAX = 1 << 20;
    private static final int TABLE_ROWS = 20;
    private static final int DECISIONS = 50;
    private static final int NEIGHBOURS = 20;

    private final Inspection inspection;

    public InspectionRoutes(Inspection inspection) {
        this.inspection = inspection;
    }

    public void mount(Router router) {
        router.get("/inspect/nodes").handler(context -> answer(context, inspection::nodes, Tables::nodes));
        router.get("/inspect/nodes/:name").handler(this::node);
        router.get("/inspect/pods/:namespace/:name").handler(this::pod);
        router.get("/inspect/neighbours").handler(this::neighbours);
        router.get("/inspect/regime").handler(this::regime);
        router.get("/inspect/plan").handler(this::plan);
        router.get("/inspect/decisions").handler(this::decisions);
        router.post("/inspect/what-if")
                .handler(BodyHandler.create(false).setBodyLimit(MANIFEST_BYTES_MAX))
                .handler(this::whatIf);
        router.get("/openapi.yaml").handler(InspectionRoutes::openApi);
    }

    private void node(RoutingContext context) {
        var name = context.pathParam("name");
        answerIfPresent(
                context,
                () -> inspection.node(name),
                () -> "no node '" + name + "': GET /inspect/nodes lists them",
                Tables::node);
    }

    private void pod(RoutingContext context) {
        var key = new PodKey(context.pathParam("namespace"), context.pathParam("name"));
        answerIfPresent(
                context,
                () -> inspection.pod(key, parameter(context, "node")).map(limited(context)),
                () -> "no pod '" + key + "' is known: "
                        + inspection.whyGone(key).orElse("it is gone, has ended, or was just made"),
                ranking -> Tables.ranking(ranking, limit(context, TABLE_ROWS)));
    }

    private void whatIf(RoutingContext context) {
        var manifest = Optional.ofNullable(context.body().asString()).orElse("");
        answer(
                context,
                () -> limited(context).apply(inspection.whatIf(PodManifest.read(manifest), parameter(context, "node"))),
                ranking -> Tables.ranking(ranking, limit(context, TABLE_ROWS)));
    }

    private void neighbours(RoutingContext context) {
        answer(context, () -> inspection.neighbours(limit(context, NEIGHBOURS)), Tables::neighbours);
    }

    private void regime(RoutingContext context) {
        boolean all = parameter(context, "all").filter("true"::equals).isPresent();
        int limit = all ? Integer.MAX_VALUE : limit(context, 0);
        answer(context, () -> inspection.regime(limit), Tables::regime);
    }

    private void plan(RoutingContext context) {
        ask(context, () -> {
            var hindrance = inspection.planHindrance();
            boolean all = parameter(context, "all").filter("true"::equals).isPresent();
            return hindrance.isPresent()
                    ? problem(503, hindrance.get())
                    : reply(context, inspection.plan(all), Tables::plan);
        });
    }

    private void decisions(RoutingContext context) {
        answer(context, () -> inspection.decisions(limit(context, DECISIONS)), Tables::decisions);
    }

    private static Function<PodRanking, PodRanking> limited(RoutingContext context) {
        return ranking -> ranking.limited(limit(context, Integer.MAX_VALUE));
    }

    private static void openApi(RoutingContext context) {
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/yaml")
                .end(resource("/io/plimsoll/extender/openapi.yaml"));
    }

    private static String resource(String path) {
        try (var in = Objects.requireNonNull(InspectionRoutes.class.getResourceAsStream(path), path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Answering

    private record Reply(int status, String contentType, String body) {}

    private <T> void answerIfPresent(
            RoutingContext context,
            Callable<Optional<T>> question,
            Supplier<String> otherwise,
            Function<T, String> table) {
        ask(
                context,
                () -> question.call()
                        .map(found -> reply(context, found, table))
                        .orElseGet(() -> inspection.hasSeenTheCluster()
                                ? problem(404, otherwise.get())
                                : problem(503, Inspection.NOT_SEEN)));
    }

    private static <T> void answer(RoutingContext context, Callable<T> question, Function<T, String> table) {
        ask(context, () -> reply(context, question.call(), table));
    }

    /// Off the event loop: a ranking of thousands of nodes with all its parts takes its time, and so does
    /// writing it; probes go on meanwhile. Whatever goes wrong in either is answered.
    private static void ask(RoutingContext context, Callable<Reply> question) {
        context.vertx()
                .executeBlocking(question)
                .recover(failure -> Future.succeededFuture(problem(status(failure), words(failure))))
                .onSuccess(reply -> context.response()
                        .setStatusCode(reply.status)
                        .putHeader(HttpHeaders.CONTENT_TYPE, reply.contentType)
                        .end(reply.body));
    }

    private static int status(Throwable failure) {
        return failure instanceof IllegalArgumentException || failure instanceof MalformedRequest ? 400 : 500;
    }

    private static String words(Throwable failure) {
        return Optional.ofNullable(failure.getMessage()).orElseGet(failure::toString);
    }

    private static <T> Reply reply(RoutingContext context, T answer, Function<T, String> table) {
        return wantsTable(context)
                ? new Reply(200, "text/plain; charset=utf-8", table.apply(answer))
                : new Reply(200, "application/json", InspectionJson.write(answer));
    }

    private static Reply problem(int status, String why) {
        return new Reply(
                status, "application/json", new JsonObject().put("error", why).encode());
    }

    private static boolean wantsTable(RoutingContext context) {
        var accept = Optional.ofNullable(context.request().getHeader(HttpHeaders.ACCEPT))
                .orElse("");
        return parameter(context, "format").map("table"::equals).orElse(accept.startsWith("text/plain"));
    }

    private static Optional<String> parameter(RoutingContext context, String name) {
        return Optional.ofNullable(context.request().getParam(name)).filter(value -> !value.isEmpty());
    }

    private static int limit(RoutingContext context, int otherwise) {
        return parameter(context, "limit").map(InspectionRoutes::positive).orElse(otherwise);
    }

    private static int positive(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("limit must be a positive number: '" + text + "'", e);
        }
        throw new IllegalArgumentException("limit must be a positive number: '" + text + "'");
    }
}
