namespace SkillFactory.Grading.Maths;

/// <summary>What words, commands and characters mean in LaTeX and in mathematics typed as plain text.</summary>
internal static class MathVocabulary
{
    /// <summary>Commands that only concern the looks of a formula.</summary>
    public static readonly HashSet<string> Looks =
    [
        "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "displaystyle", "textstyle", "limits", "quad", "qquad", ",", ";", ":", "!", " ", "(", ")", "[", "]",
        "hspace", "phantom", "mathstrut", "boldsymbol", "mathbf", "bf", "rm", "it",
    ];

    /// <summary>Commands around words.</summary>
    public static readonly HashSet<string> TextCommands = ["text", "mathrm", "mbox", "textbf", "textit", "textrm", "textnormal", "operatorname", "hbox", "mathit"];

    /// <summary>Commands that stand for a symbol; nothing: dropped.</summary>
    public static readonly Dictionary<string, string> Symbols = new()
    {
        ["cdot"] = "*", ["times"] = "*", ["ast"] = "*", ["div"] = "/", ["le"] = "<=", ["leq"] = "<=", ["leqslant"] = "<=", ["ge"] = ">=", ["geq"] = ">=", ["geqslant"] = ">=",
        ["lt"] = "<", ["gt"] = ">", ["ne"] = "!=", ["neq"] = "!=", ["in"] = "in", ["cup"] = "cup", ["setminus"] = "setminus", ["backslash"] = "setminus", ["pm"] = "pm", ["mp"] = "mp",
        ["infty"] = "inf", ["%"] = "%", ["{"] = "set{", ["}"] = "set}", ["lbrace"] = "set{", ["rbrace"] = "set}", ["circ"] = "deg", ["degree"] = "deg", ["|"] = "|", ["vert"] = "|",
        ["lvert"] = "|", ["rvert"] = "|", ["mid"] = "|", ["langle"] = "(", ["rangle"] = ")", ["lfloor"] = "lfloor", ["rfloor"] = "rfloor", ["lceil"] = "lceil", ["rceil"] = "rceil", ["\\"] = "\\\\",
        ["$"] = "", ["&"] = "&", ["#"] = "", ["to"] = "to", ["approx"] = "approx", ["emptyset"] = "empty", ["varnothing"] = "empty", ["ldots"] = "...", ["dots"] = "...", ["cdots"] = "...", ["lbrack"] = "[", ["rbrack"] = "]",
    };

    /// <summary>Named functions, with and without a backslash.</summary>
    public static readonly HashSet<string> Functions =
    [
        "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "ln", "log", "lg", "exp", "min", "max", "gcd", "lcm", "sqrt", "det", "floor", "ceil", "abs",
    ];

    /// <summary>Words typed as plain text that mean a symbol.</summary>
    public static readonly Dictionary<string, string> PlainWords = new(StringComparer.OrdinalIgnoreCase)
    {
        ["pi"] = "pi", ["inf"] = "inf", ["infty"] = "inf", ["infinity"] = "inf", ["oo"] = "inf", ["or"] = "or", ["and"] = "or", ["deg"] = "deg", ["degree"] = "deg", ["degrees"] = "deg",
        ["percent"] = "%", ["union"] = "cup",
    };

    /// <summary>Words that are too short to be told from products of letters by their length.</summary>
    public static readonly HashSet<string> ShortWords = new(StringComparer.OrdinalIgnoreCase) { "yes", "no", "odd", "not", "all" };

    /// <summary>Letters that are written as commands.</summary>
    public static readonly HashSet<string> Greek =
    [
        "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "rho", "sigma", "tau", "phi", "varphi", "chi", "psi", "omega",
        "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega", "ell", "hbar",
    ];

    /// <summary>Single characters that stand for a symbol written in ASCII.</summary>
    public static readonly Dictionary<char, string> Characters = new()
    {
        ['−'] = "-", ['–'] = "-", ['‐'] = "-", ['‑'] = "-", ['－'] = "-", ['×'] = "*", ['·'] = "*", ['⋅'] = "*", ['∗'] = "*", ['∙'] = "*", ['÷'] = "/", ['⁄'] = "/", ['∕'] = "/",
        ['≤'] = "<=", ['≥'] = ">=", ['≠'] = "!=", ['∞'] = "inf", ['∪'] = "cup", ['∈'] = "in", ['±'] = "pm", ['∓'] = "mp", ['°'] = "deg", ['º'] = "deg", ['∅'] = "empty",
    };
}
