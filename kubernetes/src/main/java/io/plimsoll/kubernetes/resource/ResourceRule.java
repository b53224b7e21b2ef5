package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/// How one resource's request follows usage: a percentile of it, more by a margin, within bounds, in steps.
///
/// What must hold of its amounts is said where it is used: the API server cannot afford such rules within a list.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ResourceRule(
        @JsonPropertyDescription("""
                Which percentile of usage a request does not fall below; 100 is the peak. Defaults to 50 for CPU, 100 for \
                memory.""") @Min(1) @Max(100) @Nullable
        Integer percentile,

        @JsonPropertyDescription(
                "How much more than was used to ask for, in percent. Defaults to 25 for CPU, 20 for memory.")
        @Min(0)
        @Max(900)
        @Nullable
        Integer safetyMarginPercent,

        @JsonPropertyDescription("Never ask for less than this. Defaults to 10m of CPU, 16Mi of memory.") @Nullable
        Quantity min,

        @JsonPropertyDescription("Never ask for more than this.") @Nullable
        Quantity max,

        @JsonPropertyDescription("A change by less than this share of the present request is not made. Defaults to 5.")
        @Min(0)
        @Max(100)
        @Nullable
        Integer minChangePercent,

        @JsonPropertyDescription(
                "A change by less than this amount is not made either. Defaults to 5m of CPU, 4Mi of memory.")
        @Nullable
        Quantity minChange,

        @JsonPropertyDescription("""
                A raise by more than this share of the present request is made in several steps; one after an OOM kill \
                is not cut. Defaults to 900.""") @Min(1) @Max(900) @Nullable
        Integer maxRaisePercent,

        @JsonPropertyDescription("""
                A cut by more than this share of the present request is made in several steps. Defaults to 50.""") @Min(1) @Max(99) @Nullable
        Integer maxCutPercent) {}
