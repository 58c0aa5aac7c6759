using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Recipes;

/// <summary>The error messages of invalid recipes.</summary>
public class RecipeErrorTests
{
    /// <summary>Inserts a line before <c>grpo:</c>, as line 5.</summary>
    [Theory]
    [InlineData("version: 2", "version: found 2; expected only 1")]
    [InlineData("device: gpu", "device: found 'gpu'; expected cpu or cuda:N, for example cuda:0")]
    [InlineData("device: cuda", "device: found 'cuda'; expected cpu or cuda:N, for example cuda:0")]
    [InlineData(
        "prompts: compcat",
        "prompts: found 'compcat'; expected one of standard, compact, standard_instructed, compact_instructed; did you mean 'compact'?"
    )]
    [InlineData("sft: { startFrom: bsae }", "sft.startFrom: found 'bsae'; expected one of base, previous; did you mean 'base'?")]
    [InlineData("seeds: []", "seeds: found an empty list; expected at least one seed")]
    [InlineData("seeds: [1, 2, 1]", "seeds[2]: '1' is given twice")]
    [InlineData("seed: 1", "seed: unknown key 'seed'; did you mean 'seeds'?")]
    [InlineData("sampling: { questions: 0 }", "sampling.questions: found 0; expected at least 1")]
    [InlineData("sampling: { attemptsPerVariant: 0 }", "sampling.attemptsPerVariant: found 0; expected at least 1")]
    [InlineData("sampling: { variants: [] }", "sampling.variants: found an empty list; expected at least one prompt variant")]
    [InlineData(
        "sampling: { variants: [orignal] }",
        "sampling.variants[0]: found 'orignal'; expected one of original, plan_and_execute, alternatively, rephrase, "
            + "original_hinted, plan_and_execute_hinted, alternatively_hinted, rephrase_hinted; did you mean 'original'?"
    )]
    [InlineData("sampling: { variants: [original, original] }", "sampling.variants[1]: 'original' is given twice")]
    [InlineData("sampling: { promptsPerBatch: -1 }", "sampling.promptsPerBatch: found -1; expected at least 1")]
    [InlineData("sampling: { decoding: { temperature: -0.5 } }", "sampling.decoding.temperature: found -0.5; expected 0 or more")]
    [InlineData("sampling: { decoding: { topP: 0 } }", "sampling.decoding.topP: found 0; expected a number above 0 and at most 1")]
    [InlineData("sampling: { decoding: { topP: 1.1 } }", "sampling.decoding.topP: found 1.1; expected a number above 0 and at most 1")]
    [InlineData("sampling: { decoding: { topK: -1 } }", "sampling.decoding.topK: found -1; expected 0 or more")]
    [InlineData(
        "sampling: { decoding: { repetitionPenalty: 0 } }",
        "sampling.decoding.repetitionPenalty: found 0; expected a number above 0"
    )]
    [InlineData("sampling: { decoding: { maxNewTokens: 0 } }", "sampling.decoding.maxNewTokens: found 0; expected at least 1")]
    [InlineData(
        "sampling: { attemptsPerVariant: 1, decoding: { temperature: 0, topK: 5 } }",
        "sampling.decoding.topK: has no effect: temperature 0 always takes the most likely token"
    )]
    [InlineData(
        "sampling: { attemptsPerVariant: 1, decoding: { temperature: 0, topP: 0.9 } }",
        "sampling.decoding.topP: has no effect: temperature 0 always takes the most likely token"
    )]
    [InlineData(
        "sampling: { attemptsPerVariant: 1, decoding: { temperature: 0, minP: 0.1 } }",
        "sampling.decoding.minP: has no effect: temperature 0 always takes the most likely token"
    )]
    [InlineData(
        "sampling: { decoding: { maxNewTokens: 8, minNewTokens: 9 } }",
        "sampling.decoding.minNewTokens: found 9; expected at most maxNewTokens (8)"
    )]
    [InlineData(
        "sampling: { decoding: { stop: [a, ''] } }",
        "sampling.decoding.stop[1]: found an empty text; expected a text that ends a response"
    )]
    [InlineData("sampling: { decoding: { stop: [a, a] } }", "sampling.decoding.stop[1]: 'a' is given twice")]
    [InlineData("sampling: { decoding: { cacheGiB: 0 } }", "sampling.decoding.cacheGiB: found 0; expected a number above 0")]
    [InlineData("sampling: { decoding: { maxRows: 0 } }", "sampling.decoding.maxRows: found 0; expected at least 1")]
    [InlineData(
        "sampling: { decoding: { temperature: 0 } }",
        "sampling.attemptsPerVariant: found 4, but with sampling.decoding.temperature 0 all of them are the same; "
            + "expected 1, or a temperature above 0"
    )]
    [InlineData("sampling: { rounds: 1, tokenBudget: 9 }", "sampling.rounds: found 1; expected at least 2 (leave it out for one round)")]
    [InlineData(
        "sampling: { rounds: 2 }",
        "sampling.rounds: asks every question again; expected enough or tokenBudget beside it (for more attempts of "
            + "all questions: attemptsPerVariant)"
    )]
    [InlineData("sampling: { enough: { correct: 1 } }", "sampling.enough: has no effect: there is one round; expected rounds beside it")]
    [InlineData("sampling: { rounds: 2, enough: { correct: -1 } }", "sampling.enough.correct: found -1; expected 0 or more")]
    [InlineData(
        "sampling: { rounds: 2, enough: { correct: 0 } }",
        "sampling.enough: found correct 0 and wrong 0; expected at least one attempt"
    )]
    [InlineData("sampling: { tokenBudget: 0 }", "sampling.tokenBudget: found 0; expected at least 1")]
    [InlineData("sampling: { examples: { file: x, count: 0 } }", "sampling.examples.count: found 0; expected at least 1")]
    [InlineData(
        "given: { file: x, keep: correct }",
        "given.keep: found correct; expected task beside it: the task whose grader decides what is correct"
    )]
    [InlineData("given: { file: x, keep: right }", "given.keep: found 'right'; expected one of all, correct")]
    [InlineData("given: { file: x, goldColumn: y }", "given.goldColumn: has no effect: nothing is graded without task")]
    [InlineData("given: { file: x, task: countdwn }", "given.task: found 'countdwn'; expected one of ")]
    [InlineData("given: { file: x, prompt: plain }", "given.prompt: found 'plain'; expected one of original, as_given")]
    [InlineData("given: { file: x }", "given: has no effect: no arm has the stage given")]
    [InlineData("given: { keep: all }", "given: the key 'file' is missing; expected text")]
    [InlineData("sft: { longer: drop }", "sft.longer: found 'drop'; expected one of refuse, skip, cut")]
    [InlineData(
        "sft: { replay: { share: 0.2 } }",
        "sft.replay: the key 'sources' is missing; "
            + "expected a list, each a mapping with the keys task, level, weight, questions, samples, settings"
    )]
    [InlineData("sft: { replay: { sources: [] } }", "sft.replay.sources: found an empty list; expected at least one source of questions")]
    [InlineData(
        "sft: { replay: { sources: [{ task: multiplication, level: 2x1 }], share: 1 } }",
        "sft.replay.share: found 1; expected a number between 0 and 1 (both excluded)"
    )]
    [InlineData(
        "sft: { replay: { sources: [{ task: multiplicaton, level: 2x1 }] } }",
        "sft.replay.sources[0].task: unknown task 'multiplicaton'; did you mean 'multiplication'?"
    )]
    [InlineData(
        "sft: { replay: { sources: [{ task: multiplication, level: 2x1, questions: 5 }] } }",
        "sft.replay.sources[0].questions: has no effect: how many questions are drawn follows from sft.replay.questions"
    )]
    [InlineData(
        "sft: { replay: { sources: [{ task: multiplication, level: 2x1 }, { task: countdown, level: 3 }] } }",
        "sft.replay.sources[1]: the arm 'full' trains on traces of countdown, level 3, under the same prompt; "
            + "expected tasks and levels without traces"
    )]
    [InlineData("sft: { rows: 0 }", "sft.rows: found 0; expected at least 1")]
    [InlineData("reflection: { perAttempt: 0 }", "reflection.perAttempt: found 0; expected at least 1")]
    [InlineData(
        "reflection: { perAttempt: 2, decoding: { temperature: 0 } }",
        "reflection.perAttempt: found 2, but with reflection.decoding.temperature 0 all of them are the same; expected "
            + "1, or a temperature above 0"
    )]
    [InlineData("reflection: { promptsPerBatch: 0 }", "reflection.promptsPerBatch: found 0; expected at least 1")]
    [InlineData(
        "traces: { format: stop_at_first_corect }",
        "traces.format: found 'stop_at_first_corect'; expected one of *C, *C*IC, *CC, *C_full, 0C, algorithm_1, "
            + "alternate_method, as_written, backtrack, confirm_twice, no_reflection, random, rejection, "
            + "stop_at_first_correct; did you mean 'stop_at_first_correct'?"
    )]
    [InlineData("traces: { attempts: 0 }", "traces.attempts: found 0; expected a whole number from 1 to 9")]
    [InlineData("traces: { attempts: 10 }", "traces.attempts: found 10; expected a whole number from 1 to 9")]
    [InlineData(
        "traces: { variants: [original] }",
        "traces.attempts: traces have up to 5 attempts, but the arm 'full' samples only 4 per question"
    )]
    [InlineData(
        "traces: { variants: [original, riddle] }",
        "traces.variants[1]: found 'riddle'; expected one of original, plan_and_execute, alternatively, rephrase"
    )]
    [InlineData(
        "traces: { format: alternate_method }",
        "traces.attempts: traces have up to 5 attempts of different prompt variants, but the arm 'full' uses only 4"
    )]
    [InlineData("traces: { format: '*C + random + *C' }", "traces.format: '*C' is given twice")]
    [InlineData("traces: { format: 0C, attempts: 2 }", "traces.attempts: has no effect: '0C' always takes one attempt")]
    [InlineData("traces: { format: '*CC', attempts: 1 }", "traces.attempts: found 1; expected at least 2, the shortest trace of '*CC'")]
    [InlineData("traces: { randomLength: true }", "traces.randomLength: has no effect: '*C_full' decides its lengths itself")]
    [InlineData(
        "traces: { format: '*C', attempts: 1, randomLength: true }",
        "traces.randomLength: draws from 2 to attempts (1); expected attempts of 2 or more"
    )]
    [InlineData(
        "traces: { format: backtrack, finalAnswer: last_attempt }",
        "traces.finalAnswer: found 'last_attempt'; expected restated: 'backtrack' answers with an earlier attempt, and "
            + "the last answer in its think block is a wrong one"
    )]
    [InlineData("traces: { selection: rank }", "traces.selection: found 'rank'; expected one of uniform, ranked; did you mean 'ranked'?")]
    [InlineData("traces: { duplicates: drop }", "traces.duplicates: found 'drop'; expected one of keep, same_text, same_answer")]
    [InlineData("traces: { dropReflectionsWith: [idea, ''] }", "traces.dropReflectionsWith[1]: found empty text; expected some text")]
    [InlineData("traces: { dropReflectionsWith: [idea, idea] }", "traces.dropReflectionsWith[1]: 'idea' is given twice")]
    [InlineData(
        "traces: { variants: [rephrase], distinctVariants: true, attempts: 1 }",
        "traces.distinctVariants: asks for attempts of different variants, but variants names only one"
    )]
    [InlineData(
        "traces: { format: alternate_method, distinctVariants: true, attempts: 4 }",
        "traces.distinctVariants: has no effect: 'alternate_method' always takes attempts of different variants"
    )]
    [InlineData("traces: { repeats: 0 }", "traces.repeats: found 0; expected at least 1")]
    [InlineData("traces: { finalAnswer: last }", "traces.finalAnswer: found 'last'; expected one of restated, last_attempt")]
    [InlineData("traces: { loss: mask }", "traces.loss: found 'mask'; expected one of all, mask_wrong")]
    [InlineData("traces: { layout: line }", "traces.layout: found 'line'; expected one of lines, compact; did you mean 'lines'?")]
    [InlineData(
        "traces: { phrases: standart }",
        "traces.phrases: found '/work/standart'; expected standard, compact or an existing YAML file; did you mean 'standard'?"
    )]
    [InlineData("sft: { epochs: 0 }", "sft.epochs: found 0; expected a number above 0")]
    [InlineData("sft: { evaluateEvery: 0 }", "sft.evaluateEvery: found 0; expected at least 1")]
    [InlineData("sft: { evaluateQuestions: 4 }", "sft.evaluateQuestions: has no effect while evaluateEvery is not set")]
    [InlineData("sft: { gate: { minWellFormed: 1.1 } }", "sft.gate.minWellFormed: found 1.1; expected a number from 0 to 1")]
    [InlineData("sft: { batchSize: 0 }", "sft.batchSize: found 0; expected at least 1")]
    [InlineData("sft: { learningRate: 0 }", "sft.learningRate: found 0; expected a number above 0")]
    [InlineData("sft: { finalLearningRateShare: 1.5 }", "sft.finalLearningRateShare: found 1.5; expected a number from 0 to 1")]
    [InlineData("sft: { warmupSteps: -1 }", "sft.warmupSteps: found -1; expected 0 or more")]
    [InlineData("sft: { weightDecay: -1 }", "sft.weightDecay: found -1; expected 0 or more")]
    [InlineData("sft: { beta1: 1 }", "sft.beta1: found 1; expected a number from 0 to below 1")]
    [InlineData("sft: { beta2: -0.1 }", "sft.beta2: found -0.1; expected a number from 0 to below 1")]
    [InlineData("sft: { clipNorm: -1 }", "sft.clipNorm: found -1; expected 0 or more")]
    [InlineData("sft: { maxLength: 0 }", "sft.maxLength: found 0; expected at least 1")]
    [InlineData("sft: { checkpointEvery: 0 }", "sft.checkpointEvery: found 0; expected at least 1")]
    [InlineData("sft: { gate: { minStopAfterCorrect: 1.1 } }", "sft.gate.minStopAfterCorrect: found 1.1; expected a number from 0 to 1")]
    [InlineData("sft: { gate: { maxStopAfterIncorrect: -1 } }", "sft.gate.maxStopAfterIncorrect: found -1; expected a number from 0 to 1")]
    [InlineData("sft: { gate: { questions: 0 } }", "sft.gate.questions: found 0; expected at least 1")]
    [InlineData("sft: { gate: { extraEpochs: 0 } }", "sft.gate.extraEpochs: found 0; expected a number above 0")]
    [InlineData("sft: { gate: { maxExtensions: -1 } }", "sft.gate.maxExtensions: found -1; expected 0 or more")]
    public void Errors_of_inserted_lines(string line, string message) =>
        Fails(RecipeText.Valid.Replace("grpo:\n", line + "\ngrpo:\n", StringComparison.Ordinal), $"r.yaml:5: {message}");

    /// <summary>Inserts a line at the start of the GRPO section, as line 6.</summary>
    [Theory]
    [InlineData(
        "tokenBudget: 10",
        "r.yaml:7: grpo.steps: has no effect: tokenBudget decides the number of steps (in an arm, tokenBudget: null takes it away)"
    )]
    [InlineData("tokenBudget: -10", "r.yaml:6: grpo.tokenBudget: found '-10'; expected a positive whole number of tokens, or match:ARM")]
    [InlineData(
        "tokenBudget: mtch:full",
        "r.yaml:6: grpo.tokenBudget: found 'mtch:full'; expected a positive whole number of tokens, or match:ARM"
    )]
    [InlineData("promptsPerStep: 0", "r.yaml:6: grpo.promptsPerStep: found 0; expected at least 1")]
    [InlineData("groupSize: 1", "r.yaml:6: grpo.groupSize: found 1; expected at least 2 (a group of one has no advantage)")]
    [InlineData("updatesPerStep: 0", "r.yaml:6: grpo.updatesPerStep: found 0; expected at least 1")]
    [InlineData(
        "updatesPerStep: 17",
        "r.yaml:6: grpo.updatesPerStep: found 17; expected at most promptsPerStep (16): an update takes whole groups"
    )]
    [InlineData("promptsPerBatch: 0", "r.yaml:6: grpo.promptsPerBatch: found 0; expected at least 1")]
    [InlineData(
        "advantage: centered",
        "r.yaml:6: grpo.advantage: found 'centered'; expected one of std, centred, leave_one_out; did you mean 'centred'?"
    )]
    [InlineData("clipLow: 0", "r.yaml:6: grpo.clipLow: found 0; expected a number above 0 and at most 1")]
    [InlineData("clipLow: 1.1", "r.yaml:6: grpo.clipLow: found 1.1; expected a number above 0 and at most 1")]
    [InlineData("ratio: sequences", "r.yaml:6: grpo.ratio: found 'sequences'; expected one of token, sequence; did you mean 'sequence'?")]
    [InlineData("surrogate: clipp", "r.yaml:6: grpo.surrogate: found 'clipp'; expected one of clip, weight; did you mean 'clip'?")]
    [InlineData(
        "aggregation: token",
        "r.yaml:6: grpo.aggregation: found 'token'; expected one of tokens, sequences, length; did you mean 'tokens'?"
    )]
    [InlineData(
        "importanceLimit: 0.5",
        "r.yaml:6: grpo.importanceLimit: found 0.5; expected at least 1 (a smaller limit lessens every token)"
    )]
    [InlineData(
        "overlong: { from: 64 }",
        "r.yaml:6: grpo.overlong.from: found 64; expected less than decoding.maxNewTokens (64), the longest response"
    )]
    [InlineData("overlong: { penalty: 1 }", "r.yaml:6: grpo.overlong: the key 'from' is missing; expected a whole number")]
    [InlineData("clipHigh: 0", "r.yaml:6: grpo.clipHigh: found 0; expected a number above 0")]
    [InlineData("dualClip: 1.28", "r.yaml:6: grpo.dualClip: found 1.28; expected a number above 1 + clipHigh (1.28)")]
    [InlineData("klCoefficient: -0.1", "r.yaml:6: grpo.klCoefficient: found -0.1; expected 0 or more")]
    [InlineData("learningRate: -1", "r.yaml:6: grpo.learningRate: found -1; expected a number above 0")]
    [InlineData(
        "finalLearningRateShare: 0.1",
        "r.yaml:6: grpo.finalLearningRateShare: found 0.1, which has no effect while decayShare is 0; set decayShare too"
    )]
    [InlineData(
        "decayShare: 0.1",
        "r.yaml:6: grpo.decayShare: found 0.1, which has no effect while finalLearningRateShare is 1; set finalLearningRateShare too"
    )]
    [InlineData("decayShare: 1.1", "r.yaml:6: grpo.decayShare: found 1.1; expected a number from 0 to 1")]
    [InlineData("warmupSteps: -1", "r.yaml:6: grpo.warmupSteps: found -1; expected 0 or more")]
    [InlineData("checkpointEvery: 0", "r.yaml:6: grpo.checkpointEvery: found 0; expected at least 1")]
    [InlineData("evaluateEvery: -1", "r.yaml:6: grpo.evaluateEvery: found -1; expected 0 or more")]
    [InlineData("evaluateEvery: 31", "r.yaml:6: grpo.evaluateEvery: found 31; expected at most steps (30)")]
    [InlineData("evaluateQuestions: 9", "r.yaml:6: grpo.evaluateQuestions: has no effect while evaluateEvery is not set")]
    [InlineData("evaluateQuestions: 0", "r.yaml:6: grpo.evaluateQuestions: found 0; expected at least 1")]
    public void Errors_of_grpo_keys(string line, string message) =>
        Fails(RecipeText.Valid.Replace("  steps: 30\n", $"  {line}\n  steps: 30\n", StringComparison.Ordinal), message);

    [Theory]
    [InlineData(
        "name: test",
        "name: My Test",
        "r.yaml:1: name: found 'My Test'; expected lower-case letters, digits and dashes, beginning with a letter or digit"
    )]
    [InlineData("model: models/base", "model: ''", "r.yaml:2: model: found empty text; expected the folder of a model")]
    [InlineData("model: models/base\n", "", "r.yaml:1: the key 'model' is missing; expected text")]
    [InlineData("steps: 30", "steps: 0", "r.yaml:6: grpo.steps: found 0; expected at least 1")]
    [InlineData("steps: 30", "steps: few", "r.yaml:6: grpo.steps: found 'few'; expected a whole number")]
    [InlineData(
        "maxNewTokens: 64",
        "temperature: 0",
        "r.yaml:7: grpo.decoding.temperature: found 0; expected more than 0: greedy responses of a group are all the same"
    )]
    [InlineData(
        "maxNewTokens: 64",
        "repetitionPenalty: 1.1",
        "r.yaml:7: grpo.decoding.repetitionPenalty: found 1.1; expected 1: GRPO trains on the probabilities of the model itself, "
            + "which a penalty changes"
    )]
    [InlineData(
        "maxNewTokens: 64",
        "minNewTokens: 5",
        "r.yaml:7: grpo.decoding.minNewTokens: found 5; expected 0: GRPO trains on the probabilities of the model itself, "
            + "which a ban of end tokens changes"
    )]
    [InlineData(
        "  - { task: countdown, level: 3 }\ngrpo",
        "  - { task: countdown, level: 3, weight: 0 }\ngrpo",
        "r.yaml:4: train[0].weight: found 0; expected a number above 0"
    )]
    [InlineData(
        "  - { task: countdown, level: 3 }\ngrpo",
        "  - { task: '', level: 3 }\ngrpo",
        "r.yaml:4: train[0].task: unknown task ''; known: "
    )]
    [InlineData(
        "  - { task: countdown, level: 3 }\ngrpo",
        "  - { task: cuontdown, level: 3 }\ngrpo",
        "r.yaml:4: train[0].task: unknown task 'cuontdown'; did you mean 'countdown'?"
    )]
    [InlineData(
        "  - { task: countdown, level: 3 }\ngrpo",
        "  - { task: countdown, level: 3, settings: { maks: 9 } }\ngrpo",
        "r.yaml:4: train[0]: task countdown has no setting 'maks'; did you mean 'max'?"
    )]
    [InlineData(
        "level: 4 }",
        "level: many }",
        "r.yaml:11: evaluation.sets[1]: task countdown: level 'many' is not a count of numbers from "
    )]
    [InlineData(
        "  - { task: countdown, level: 3 }\ngrpo",
        "  - { task: countdown }\ngrpo",
        "r.yaml:4: train[0]: the key 'level' is missing; expected text"
    )]
    [InlineData(
        "train:\n  - { task: countdown, level: 3 }\n",
        "train: []\n",
        "r.yaml:3: train: found an empty list; expected at least one question source"
    )]
    [InlineData("level: 4 }", "level: 3 }", "r.yaml:11: evaluation.sets[1]: 'countdown/3' is given twice")]
    [InlineData(
        "level: 4 }",
        "level: 4, weight: 2 }",
        "r.yaml:11: evaluation.sets[1].weight: has no effect: every set has the same number of questions"
    )]
    [InlineData(
        "  sets:\n    - { task: countdown, level: 3 }\n    - { task: countdown, level: 4 }\n",
        "  samples: 4\n",
        "r.yaml:8: evaluation.sets: the key is missing; expected at least one question set"
    )]
    [InlineData(
        "  sets:",
        "  limitScale: { countdown/5: 2 }\n  sets:",
        "r.yaml:9: evaluation.limitScale.countdown/5: names no set of this evaluation; did you mean 'countdown/3'?"
    )]
    [InlineData(
        "  sets:",
        "  limitScale: { countdown/4: 0 }\n  sets:",
        "r.yaml:9: evaluation.limitScale.countdown/4: found 0; expected a number above 0"
    )]
    [InlineData(
        "{ task: countdown, level: 4 }",
        "{ task: countdown, level: 4, questions: 0 }",
        "r.yaml:11: evaluation.sets[1].questions: found 0; expected at least 1"
    )]
    [InlineData(
        "  sets:\n    - { task: countdown, level: 3 }\n    - { task: countdown, level: 4 }\n",
        "  sets: []\n",
        "r.yaml:9: evaluation.sets: found an empty list; expected at least one question set"
    )]
    [InlineData(
        "  sets:",
        "  limits: [0.5, 1]\n  sets:",
        "r.yaml:9: evaluation.limits[1]: found 1; expected a number between 0 and 1 (both excluded)"
    )]
    [InlineData(
        "  sets:",
        "  forcing: { triggers: { ful: more } }\n  sets:",
        "r.yaml:9: evaluation.forcing.triggers.ful: there is no arm 'ful'; did you mean 'full'?"
    )]
    [InlineData("  sets:", "  questions: 0\n  sets:", "r.yaml:9: evaluation.questions: found 0; expected at least 1")]
    [InlineData("  sets:", "  samples: 0\n  sets:", "r.yaml:9: evaluation.samples: found 0; expected at least 1")]
    [InlineData(
        "  sets:",
        "  decoding: { temperature: 0 }\n  sets:",
        "r.yaml:8: evaluation.samples: found 4, but with evaluation.decoding.temperature 0 all of them are the same; "
            + "expected 1, or a temperature above 0"
    )]
    [InlineData("  sets:", "  promptsPerBatch: 0\n  sets:", "r.yaml:9: evaluation.promptsPerBatch: found 0; expected at least 1")]
    [InlineData("  sets:", "  bestOfN: [1]\n  sets:", "r.yaml:9: evaluation.bestOfN[0]: found 1; expected at least 2")]
    [InlineData("  sets:", "  bestOfN: [4, 4]\n  sets:", "r.yaml:9: evaluation.bestOfN[1]: '4' is given twice")]
    [InlineData(
        "  sets:",
        "  confidence: 1\n  sets:",
        "r.yaml:9: evaluation.confidence: found 1; expected a number between 0 and 1 (both excluded)"
    )]
    [InlineData("  sets:", "  resamples: 0\n  sets:", "r.yaml:9: evaluation.resamples: found 0; expected at least 1")]
    [InlineData("name: rl", "name: base", "r.yaml:14: arms[1].name: 'base' is given twice")]
    [InlineData(
        "name: rl",
        "name: RL",
        "r.yaml:14: arms[1].name: found 'RL'; expected lower-case letters, digits and dashes, beginning with a letter or digit"
    )]
    [InlineData(
        "stages: [grpo]",
        "stages: [gpro]",
        "r.yaml:15: arms[1].stages[0]: found 'gpro'; expected one of sample, reflect, traces, given, sft, grpo; did you mean 'grpo'?"
    )]
    [InlineData(
        "stages: [grpo]",
        "stages: [grpo, grpo]",
        "r.yaml:15: arms[1].stages: the stage grpo follows itself; found grpo, grpo; expected one of them, with more steps"
    )]
    [InlineData(
        "reflect, traces",
        "traces, reflect",
        "r.yaml:17: arms[2].stages: found the order sample, traces, reflect, sft, grpo; expected sample, reflect, traces, sft, grpo"
    )]
    [InlineData(
        "[grpo]",
        "[reflect, grpo]",
        "r.yaml:15: arms[1].stages: the stage reflect needs the stage sample before it; found reflect, grpo"
    )]
    [InlineData(
        "[grpo]",
        "[traces, grpo]",
        "r.yaml:15: arms[1].stages: the stage traces needs the stage sample before it; found traces, grpo"
    )]
    [InlineData(
        "[grpo]",
        "[sample, traces]",
        "r.yaml:15: arms[1].stages: the stage traces needs the stage reflect before it; found sample, traces"
    )]
    [InlineData(
        "[grpo]",
        "[grpo, sample]",
        "r.yaml:15: arms[1].stages: the stages after grpo have no effect without sft; found grpo, sample"
    )]
    [InlineData(
        "[sample, reflect, traces, sft, grpo]",
        "[sample, reflect, traces, sft, grpo]\n    set: { traces: { format: rejection } }",
        "r.yaml:17: arms[2].stages: the stage reflect has no effect: traces of the format rejection have no reflections"
    )]
    [InlineData(
        "[sample, reflect, traces, sft, grpo]",
        "[sample, reflect, traces, sft, traces, sft]",
        "r.yaml:17: arms[2].stages: the stage traces needs the stage sample before it; found traces, sft"
    )]
    [InlineData("[grpo]", "[sft, grpo]", "r.yaml:15: arms[1].stages: the stage sft needs the stage traces before it; found sft, grpo")]
    [InlineData(
        "[grpo]",
        "[grpo]\n    set: { sft: { epochs: 1 } }",
        "r.yaml:16: arms[1].set.sft: has no effect: the arm 'rl' has no stage sft"
    )]
    [InlineData(
        "- name: base",
        "- name: base\n    set: { train: [{ task: a, level: b }] }",
        "r.yaml:14: arms[0].set.train: has no effect: the arm 'base' has no stage sample or grpo"
    )]
    [InlineData(
        "[grpo]",
        "[grpo]\n    set: { grop: { steps: 1 } }",
        "r.yaml:16: arms[1].set.grop: unknown key 'grop'; did you mean 'grpo'?"
    )]
    [InlineData(
        "[grpo]",
        "[grpo]\n    set: { grpo: {} }",
        "r.yaml:16: arms[1].set.grpo: nothing is set here; give the keys to change or remove it"
    )]
    [InlineData(
        "[grpo]",
        "[grpo]\n    set: { grpo: null }",
        "r.yaml:16: arms[1].set.grpo: nothing is set here; give the keys to change or remove it"
    )]
    [InlineData(
        "[grpo]",
        "[grpo]\n    set: { grpo: { stesp: 1 } }",
        "r.yaml:16: arms[1].set.grpo.stesp: unknown key 'stesp'; did you mean 'steps'?"
    )]
    [InlineData("[grpo]", "[grpo]\n    set: { grpo: { steps: 0 } }", "r.yaml:16: arms[1].set.grpo.steps: found 0; expected at least 1")]
    [InlineData("[grpo]", "[grpo]\n    set: { grpo: 3 }", "r.yaml:16: arms[1].set.grpo: found '3'; expected a mapping with the keys ")]
    [InlineData(
        "[grpo]",
        "[grpo]\n    set: { grpo: { tokenBudget: 'match:rl' } }",
        "r.yaml:16: arms[1].set.grpo.tokenBudget: found 'match:rl': the arm 'rl' cannot match itself; name another arm"
    )]
    [InlineData(
        "[grpo]",
        "[grpo]\n    set: { grpo: { tokenBudget: 'match:base' } }",
        "r.yaml:16: arms[1].set.grpo.tokenBudget: found 'match:base': the arm 'base' has no stages, so it spends no tokens"
    )]
    [InlineData(
        "[grpo]",
        "[grpo]\n    set: { grpo: { tokenBudget: 'match:fulll' } }",
        "r.yaml:16: arms[1].set.grpo.tokenBudget: found 'match:fulll'; there is no arm 'fulll'; did you mean 'full'?"
    )]
    [InlineData(
        "[grpo]",
        "[grpo]\n    set: { grpo: { tokenBudget: 5, steps: 2 } }",
        "r.yaml:16: arms[1].set.grpo.steps: has no effect: tokenBudget decides the number of steps (in an arm, "
            + "tokenBudget: null takes it away)"
    )]
    [InlineData(
        "sft, grpo]",
        "sft, grpo]\n    set: { sampling: { variants: [original] } }",
        "r.yaml:18: arms[2].set.sampling: traces have up to 5 attempts, but the arm 'full' samples only 4 per question"
    )]
    [InlineData(
        "[sample, reflect, traces, sft, grpo]",
        "[given, sft]",
        "r.yaml:17: arms[2].stages: the arm 'full' trains on imported traces; expected a section given, in the recipe "
            + "or in the arm's set, that names their file"
    )]
    [InlineData(
        "[sample, reflect, traces, sft, grpo]",
        "[sample, given, sft]\n    set: { given: { file: x } }",
        "r.yaml:17: arms[2].stages: the stage sample has no effect: the stage given takes the place of sample, reflect "
            + "and traces; found sample, given, sft"
    )]
    [InlineData(
        "[sample, reflect, traces, sft, grpo]",
        "[given, grpo]\n    set: { given: { file: x } }",
        "r.yaml:17: arms[2].stages: the stage given has no effect without sft; found given, grpo"
    )]
    [InlineData(
        "  steps: 30",
        "  promptsPerStep: 16\n  questions: 15",
        "r.yaml:7: grpo.questions: found 15; expected at least promptsPerStep (16): a step takes each question once"
    )]
    [InlineData(
        "{ task: countdown, level: 4 }",
        "{ task: countdown, level: 4, samples: 0 }",
        "r.yaml:11: evaluation.sets[1].samples: found 0; expected at least 1"
    )]
    [InlineData(
        "[grpo]",
        "[grpo]\n    rounds: [{}, { grpo: { steps: 4 } }]",
        "r.yaml:16: arms[1].rounds[1]: the arm 'rl' has no round 2; expected settings of at most 1, as its stages are grpo"
    )]
    [InlineData(
        "sft, grpo]",
        "sft]\n    rounds: [{ grpo: { steps: 4 } }]",
        "r.yaml:18: arms[2].rounds[0].grpo: has no effect: round 1 of the arm 'full' has no stage grpo"
    )]
    [InlineData(
        "sft, grpo]",
        "sft, grpo]\n    rounds: [{ sft: { epochs: 0 } }]",
        "r.yaml:18: arms[2].rounds[0].sft.epochs: found 0; expected a number above 0"
    )]
    [InlineData(
        "sft, grpo]",
        "sft, grpo]\n    rounds: [{ prompts: compact }]",
        "r.yaml:18: arms[2].rounds[0].prompts: unknown key 'prompts'; known: given, grpo, reflection, sampling, sft, traces, train"
    )]
    [InlineData(
        "sft, grpo]",
        "sft, grpo]\n    rounds: [{ sft: {} }]",
        "r.yaml:18: arms[2].rounds[0].sft: nothing is set here; give the keys to change or remove it"
    )]
    [InlineData(
        "sft, grpo]",
        "sft, grpo]\n    rounds: [{ grpo: { tokenBudget: 'match:full' } }]",
        "r.yaml:18: arms[2].rounds[0].grpo.tokenBudget: found 'match:full': the arm 'full' cannot match itself; name another arm"
    )]
    [InlineData(
        "sft, grpo]",
        "sft, grpo]\n    rounds: [{ sampling: { variants: [original], attemptsPerVariant: 3 } }]",
        "r.yaml:18: arms[2].rounds[0].sampling: traces have up to 5 attempts, but the arm 'full' samples only 3 per question"
    )]
    public void Errors_of_replaced_text(string find, string replace, string message) =>
        Fails(RecipeText.Valid.Replace(find, replace, StringComparison.Ordinal), message);

    [Fact]
    public void Token_budgets_must_not_match_in_a_circle() =>
        Fails(
            RecipeText
                .Valid.Replace("[grpo]", "[grpo]\n    set: { grpo: { tokenBudget: 'match:full' } }", StringComparison.Ordinal)
                .Replace("sft, grpo]", "sft, grpo]\n    set: { grpo: { tokenBudget: 'match:rl' } }", StringComparison.Ordinal),
            "r.yaml:19: arms[2].set.grpo.tokenBudget: found 'match:rl': the arms full and rl match each other in a circle"
        );

    [Theory]
    [InlineData("sampling: { questions: 9 }", "sampling", "sample")]
    [InlineData("reflection: { perAttempt: 2 }", "reflection", "reflect")]
    [InlineData("traces: { repeats: 2 }", "traces", "traces")]
    [InlineData("sft: { gate: { questions: 9 } }", "sft", "sft")]
    public void Sections_that_no_arm_uses_are_refused(string line, string section, string stage) =>
        Fails(
            RecipeText
                .Valid.Replace("grpo:\n", line + "\ngrpo:\n", StringComparison.Ordinal)
                .Replace("stages: [sample, reflect, traces, sft, grpo]", "stages: [grpo]", StringComparison.Ordinal),
            $"r.yaml:5: {section}: has no effect: no arm has the stage {stage}"
        );

    [Fact]
    public void Best_of_n_uses_the_reflection_section() =>
        RecipeText.Parse(
            RecipeText
                .Valid.Replace("grpo:\n", "reflection: { decoding: { temperature: 0.5 } }\ngrpo:\n", StringComparison.Ordinal)
                .Replace("stages: [sample, reflect, traces, sft, grpo]", "stages: [grpo]", StringComparison.Ordinal)
                .Replace("  sets:", "  bestOfN: [4]\n  sets:", StringComparison.Ordinal)
        );

    [Fact]
    public void Best_of_n_needs_an_arm_that_is_not_fine_tuned() =>
        Fails(
            RecipeText
                .Valid.Replace("  sets:", "  bestOfN: [4]\n  sets:", StringComparison.Ordinal)
                .Replace("  - name: base\n  - name: rl\n    stages: [grpo]\n", "", StringComparison.Ordinal),
            "r.yaml:9: evaluation.bestOfN: has no effect: every arm is fine-tuned on traces, and best of n is for arms that answer once"
        );

    [Theory]
    [InlineData(
        "generic: []\ncorrect: [b]\nincorrect: [c]\nending: [d]\n",
        "p.yaml:1: generic: found an empty list; expected at least one phrase"
    )]
    [InlineData("generic: [a]\ncorrect: [b]\nincorrect: [c]\n", "p.yaml:1: the key 'ending' is missing; expected a list, each text")]
    [InlineData(
        "generic: [a]\ncorrect: [b]\nincorrect:\n  - ' '\nending: [d]\n",
        "p.yaml:4: incorrect[0]: found an empty phrase; expected text"
    )]
    [InlineData(
        "generic: [a]\ncorrect: [b]\nincorrect: [c]\nending: [d]\nconfirm: ['<sample> no']\n",
        "p.yaml:5: confirm[0]: found '<sample> no', which holds the tag <sample> or its end; phrases stand between the tags"
    )]
    public void Errors_of_phrase_files(string phrases, string message)
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(Path.Combine(folder, "p.yaml"), phrases);
        var text = RecipeText.Valid.Replace("grpo:\n", "traces: { phrases: p.yaml }\ngrpo:\n", StringComparison.Ordinal);
        var error = Assert.Throws<UserErrorException>(() => RecipeReader.Parse(text, "r.yaml", folder));
        Assert.Equal($"r.yaml:5: traces.phrases: {Path.Combine(folder, message)}", error.Message);
        Directory.Delete(folder, recursive: true);
    }

    /// <param name="message">The whole message, or its beginning when it ends with a space.</param>
    private static void Fails(string text, string message)
    {
        var error = Assert.Throws<UserErrorException>(() => RecipeText.Parse(text));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length == message.Length || message.EndsWith(' '), error.Message);
    }
}
