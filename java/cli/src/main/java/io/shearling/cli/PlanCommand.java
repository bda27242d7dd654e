package io.shearling.cli;

import io.shearling.recipes.compress.CompressionPlan;
import io.shearling.recipes.recipe.Recipe;
import io.shearling.recipes.recipe.ShippedRecipes;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling plan}: what a recipe would do to a model. */
@Command(
        name = "plan",
        description =
                "Prints what every step of a recipe would do to a model's size and memory, and runs nothing. Do it with shearling"
                        + " compress.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  shearling plan layer-chop large.gguf --set count=1",
            "  shearling plan --list",
            "  shearling plan --show layer-chop"
        })
final class PlanCommand implements Callable<Integer> {
    private final Streams streams;

    @Mixin
    private RecipeArgument recipe = new RecipeArgument();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = {
                "A GGUF file (of a split model the first part), a name of the",
                "catalogue, or hf:owner/repo[:file]."
            })
    private @Nullable String model;

    @Option(names = "--list", description = "Print the shipped recipes, a line each.")
    private boolean list;

    @Option(
            names = "--show",
            paramLabel = "NAME",
            completionCandidates = RecipeArgument.Names.class,
            description = "Print the text of a shipped recipe, to begin an own one with.")
    private @Nullable String shown;

    @Option(names = "--schema", description = "Print the JSON schema of recipes, for editors.")
    private boolean schema;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress on stderr.")
    private boolean quiet;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    PlanCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (list) {
            streams.results().print(PlanPage.list());
        } else if (schema) {
            streams.results().print(ShippedRecipes.schema());
        } else if (shown != null) {
            String name = shown;
            streams.results()
                    .print(ShippedRecipes.text(name)
                            .orElseThrow(() -> new UsageException("no recipe \"" + name + "\" is shipped; it is one of "
                                    + String.join(", ", ShippedRecipes.names()))));
        } else {
            plan();
        }
        return ExitCode.DONE;
    }

    private void plan() {
        Recipe read = recipe.read();
        if (model == null) {
            throw new UsageException("the model is missing; name it behind the recipe");
        }
        CompressionPlan plan = CompressionPlan.of(read, ModelOption.fetch(model, quiet, streams));
        streams.results().print(json ? PlanPage.json(read, plan) + "\n" : PlanPage.of(plan));
    }
}
