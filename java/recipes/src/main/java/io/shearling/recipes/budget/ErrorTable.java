package io.shearling.recipes.budget;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.quantize.ColumnImportance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Finds the errors of all types of all tensors, on several threads: each tensor is one thread's, so the sums are always the same. */
final class ErrorTable {
    private ErrorTable() {}

    /**
     * A tensor and the types that it may get.
     *
     * @param alignment what the place of each tensor in the file is a multiple of
     */
    record Question(TensorInfo tensor, List<TensorType> types, int alignment) {
        /** The answer without errors, which tells the sizes. */
        ChosenTensor sizes() {
            return answer(new TypeErrors.Found(0, new double[types.size()]));
        }

        ChosenTensor answer(TypeErrors.Found errors) {
            List<Candidate> candidates = new ArrayList<>();
            for (int i = 0; i < types.size(); i++) {
                TensorType type = types.get(i);
                candidates.add(new Candidate(type, padded(type.bytes(tensor.shape()), alignment), errors.shares()[i]));
            }
            return new ChosenTensor(tensor, candidates, errors.energy());
        }
    }

    /** Bytes with what is left free before the next tensor. */
    static long padded(long bytes, int alignment) {
        return (bytes + alignment - 1) / alignment * alignment;
    }

    /**
     * Answers all questions.
     *
     * @param done is told how many tensors are done, on this thread
     */
    static List<ChosenTensor> of(
            GgufFile model,
            List<Question> questions,
            Optional<ColumnImportance> importance,
            int threads,
            IntConsumer done) {
        ExecutorService workers = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, "shearling-errors");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<ChosenTensor>> futures = new ArrayList<>();
            TypeErrors errors = new TypeErrors(model, importance);
            for (Question question : questions) {
                futures.add(workers.submit(() -> question.answer(errors(errors, model, question))));
            }
            List<ChosenTensor> answers = new ArrayList<>();
            for (Future<ChosenTensor> future : futures) {
                done.accept(answers.size());
                answers.add(future.get());
            }
            done.accept(answers.size());
            return answers;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RecipeException(
                    Kind.CANCELLED, model.path().toString(), "its search was interrupted", "start it again", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error error) {
                throw error; // no memory
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            workers.shutdownNow();
            awaitEnd(workers);
        }
    }

    private static TypeErrors.Found errors(TypeErrors errors, GgufFile model, Question question) {
        try {
            return errors.of(question.tensor(), question.types());
        } catch (InternalError e) {
            throw RecipeException.gone(model.path(), question.tensor().name(), e);
        }
    }

    /** Nobody reads the model any more after this: it may be closed. */
    private static void awaitEnd(ExecutorService workers) {
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = workers.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
