package io.shearling.cli;

import io.shearling.hub.HubException;
import io.shearling.hub.HubOptions;
import io.shearling.hub.ModelHub;
import io.shearling.hub.ModelReference;
import io.shearling.hub.ProgressListener;
import io.shearling.runtime.diagnosis.Diagnosis;
import io.shearling.runtime.diagnosis.ModelDiagnosis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shearling diagnose}: what was chosen here and why, and what does not work and what to do about it. */
@Command(
        name = "diagnose",
        description = {
            "Explains what was chosen on this machine, and what does not work and why. Fetches nothing.",
            "Exit code 0 when everything works, 1 when something does not; each problem has its remedy."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  shearling diagnose", "  shearling diagnose --json smollm2-135m"})
final class DiagnoseCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = "A model to look at as well; it is not fetched.")
    private @Nullable String model;

    @Option(names = "--json", description = "Print one JSON object, for the report of a fault.")
    private boolean json;

    DiagnoseCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Diagnosis machine = Diagnosis.ofThisMachine();
        HubReport hub = HubReport.ofThisUser();
        List<String> problems = new ArrayList<>(machine.problems());
        problems.addAll(hub.faults());
        Optional<ModelDiagnosis> file = model == null ? Optional.empty() : look(model, problems);
        file.ifPresent(found -> problems.addAll(found.problems()));
        DiagnosisPage page = new DiagnosisPage(machine, hub, file, problems);
        streams.results().print(json ? DiagnosisJson.of(page) + "\n" : DiagnosisText.of(page));
        return problems.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static Optional<ModelDiagnosis> look(String model, List<String> problems) {
        boolean offline = false;
        try {
            ModelReference reference = ModelReference.parse(model);
            HubOptions options = ModelOption.options(reference);
            offline = options.offline();
            HubOptions here = options.toBuilder().offline(true).build();
            return Optional.of(ModelDiagnosis.of(new ModelHub(here).resolve(reference, ProgressListener.none())));
        } catch (HubException e) {
            if (e.reason() == HubException.Reason.CANCELLED) {
                throw e;
            }
            problems.add(
                    e.reason() == HubException.Reason.OFFLINE && !offline
                            ? "the model " + model + " is not in the cache, and diagnose fetches none; shearling pull "
                                    + model + " does"
                            : String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
