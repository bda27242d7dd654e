package io.shearling.cli;

import io.shearling.runtime.diagnosis.Diagnosis;
import io.shearling.runtime.diagnosis.ModelDiagnosis;
import java.util.List;
import java.util.Optional;

/**
 * What {@code diagnose} shows.
 *
 * @param machine the machine, its natives and back ends
 * @param hub where models come from
 * @param model the file that was asked for
 * @param problems all of them, a sentence each
 */
record DiagnosisPage(Diagnosis machine, HubReport hub, Optional<ModelDiagnosis> model, List<String> problems) {}
