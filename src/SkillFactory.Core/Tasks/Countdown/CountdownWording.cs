namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>Question texts. The standard one follows the outline of the paper's prompt (one-line instruction, problem, format, worked
/// example); the sentences are ours.</summary>
internal static class CountdownWording
{
    private const string Format =
        "Write your solution either as a list of steps, each starting with \"Step X:\" "
        + "and the last one reaching the target, or as one single equation.";

    public static string Text(CountdownGold gold, Wording wording) =>
        wording switch
        {
            Wording.Compact => $"Numbers:{string.Join(',', gold.Numbers)} Target:{gold.Target}\n",
            _ => Standard(gold),
        };

    private static string Standard(CountdownGold gold)
    {
        var often = gold.Use == NumberUse.ExactlyOnce ? "exactly once" : "at most once";
        return $"""
            {Wordings.Instruction}

            # Problem
            Using the numbers in the list [{string.Join(
                ", ",
                gold.Numbers
            )}], create an equation that equals {gold.Target}. The operations you may use are {Operations(
                gold.Operators
            )}. Each number of the list may be used {often}. {Format}

            Put the solution, and nothing else, between the tags: <answer>your solution</answer>

            # Example
            {Example(gold.Operators, often)}
            """;
    }

    private static string Operations(string operators)
    {
        var names = operators
            .Select(op =>
                op switch
                {
                    '+' => "addition (+)",
                    '-' => "subtraction (-)",
                    '*' => "multiplication (*)",
                    _ => "division (/)",
                }
            )
            .ToList();
        return names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";
    }

    /// <summary>A worked example for [1, 2, 3] that uses only allowed operators.</summary>
    private static string Example(string operators, string often)
    {
        var (target, first, second, equation) =
            operators.Contains('+') && operators.Contains('/') ? (1, "1 + 2 = 3", "3 / 3 = 1", "(1 + 2) / 3")
            : operators.Contains('+') && operators.Contains('-') ? (0, "1 + 2 = 3", "3 - 3 = 0", "(1 + 2) - 3")
            : operators.Contains('+') && operators.Contains('*') ? (9, "1 + 2 = 3", "3 * 3 = 9", "(1 + 2) * 3")
            : operators.Contains('+') ? (6, "1 + 2 = 3", "3 + 3 = 6", "1 + 2 + 3")
            : operators.Contains('*') ? (6, "1 * 2 = 2", "2 * 3 = 6", "1 * 2 * 3")
            : operators.Contains('-') ? (0, "3 - 2 = 1", "1 - 1 = 0", "3 - 2 - 1")
            : (3, "3 / 1 = 3", "", "3 / 1");
        return second.Length > 0
            ? $"""
                For the numbers [1, 2, 3], each used {often}, and the target {target}, one solution in steps is
                <answer>
                Step 1: {first}
                Step 2: {second}
                </answer>
                and the same solution as one equation is
                <answer>{equation}</answer>
                """
            : $"""
                For the numbers [1, 3], each used {often}, and the target {target}, a solution is
                <answer>{equation}</answer>
                """;
    }
}
