namespace SkillFactory.Tokenization.Templates;

/// <summary>Parses the statements of a template. <see cref="ExpressionParser"/> parses expressions.</summary>
internal sealed class TemplateParser
{
    private readonly TemplateTokens _tokens;
    private readonly ExpressionParser _expressions;

    private int _loops;

    private TemplateParser(TemplateTokens tokens) => (_tokens, _expressions) = (tokens, new ExpressionParser(tokens));

    public static IReadOnlyList<TemplateStatement> Parse(string source)
    {
        var tokens = new TemplateTokens(TemplateLexer.Read(source));
        var (body, end) = new TemplateParser(tokens).Body(0);
        return end is null ? body : throw new TemplateException(tokens.Current.Line, $"'{end}' closes nothing");
    }

    /// <summary>The statements up to an end tag, and the tag's name; its bracket is not read yet. The name is null at the end of the
    /// template.</summary>
    private (List<TemplateStatement> Body, string? End) Body(int depth)
    {
        if (depth > TemplateTokens.MaxNesting)
        {
            throw new TemplateException(_tokens.Current.Line, "statements are nested too deeply");
        }

        var body = new List<TemplateStatement>();
        while (_tokens.Current.Kind != TemplateTokenKind.End)
        {
            var token = _tokens.Next();
            switch (token.Kind)
            {
                case TemplateTokenKind.Text:
                    body.Add(new TextStatement(token.Text, token.Line));
                    break;
                case TemplateTokenKind.OutputStart:
                    body.Add(new OutputStatement(_expressions.ReadTuple(), token.Line));
                    _tokens.Expect(TemplateTokenKind.OutputEnd);
                    break;
                default:
                    var name = _tokens.Expect(TemplateTokenKind.Name).Text;
                    if (name is "elif" or "else" || name.StartsWith("end", StringComparison.Ordinal))
                    {
                        return (body, name);
                    }

                    body.Add(Statement(name, token.Line, depth + 1));
                    break;
            }
        }

        return (body, null);
    }

    private TemplateStatement Statement(string name, int line, int depth)
    {
        switch (name)
        {
            case "if":
                return If(line, depth);
            case "for":
                return For(line, depth);
            case "set":
                return Set(line, depth);
            case "macro":
                return Macro(line, depth);
            case "break" or "continue":
                Close();
                return _loops > 0
                    ? new FlowStatement(name == "break" ? TemplateFlow.Break : TemplateFlow.Continue, line)
                    : throw new TemplateException(line, $"'{name}' is outside of a loop");
            case "generation":
                Close();
                var (body, end) = Body(depth);
                RequireEnd(end, "endgeneration", line);
                return new GenerationStatement(body, line);
            default:
                throw new TemplateException(line, $"the statement '{name}' is not supported");
        }
    }

    private IfStatement If(int line, int depth)
    {
        var branches = new List<(TemplateExpression, IReadOnlyList<TemplateStatement>)>();
        string? end = "elif";
        while (end == "elif")
        {
            var condition = _expressions.Read();
            Close();
            (var body, end) = Body(depth);
            branches.Add((condition, body));
        }

        var otherwise = Otherwise(ref end, depth);
        RequireEnd(end, "endif", line);
        return new IfStatement(branches, otherwise, line);
    }

    private ForStatement For(int line, int depth)
    {
        var target = Targets(withMembers: false);
        if (!_tokens.TakeName("in"))
        {
            throw new TemplateException(line, $"'in' is missing in a for statement; found '{_tokens.Current.Text}'");
        }

        var items = _expressions.ReadTupleWithoutCondition();
        var filter = _tokens.TakeName("if") ? _expressions.Read() : null;
        if (_tokens.IsName("recursive"))
        {
            throw new TemplateException(line, "a recursive loop is not supported");
        }

        Close();
        _loops++;
        var (body, end) = Body(depth);
        _loops--;
        var otherwise = Otherwise(ref end, depth);
        RequireEnd(end, "endfor", line);
        return new ForStatement(target, items, filter, body, otherwise, line);
    }

    private SetStatement Set(int line, int depth)
    {
        var target = Targets(withMembers: true);
        if (_tokens.TakeOperator("="))
        {
            var value = _expressions.ReadTuple();
            Close();
            return new SetStatement(target, value, null, line);
        }

        var filtered = _expressions.ReadFilters(new Variable(SetStatement.BodyName, line));
        Close();
        var (body, end) = Body(depth);
        RequireEnd(end, "endset", line);
        return new SetStatement(target, filtered, body, line);
    }

    private MacroStatement Macro(int line, int depth)
    {
        var name = _tokens.Expect(TemplateTokenKind.Name).Text;
        var parameters = new List<(string, TemplateExpression?)>();
        _tokens.Expect(TemplateTokenKind.Operator, "(");
        while (!_tokens.TakeOperator(")"))
        {
            if (parameters.Count > 0)
            {
                _tokens.Expect(TemplateTokenKind.Operator, ",");
            }

            var parameter = _tokens.Expect(TemplateTokenKind.Name).Text;
            parameters.Add((parameter, _tokens.TakeOperator("=") ? _expressions.Read() : null));
        }

        Close();

        // "break" in a macro does not reach a loop around it.
        (var loops, _loops) = (_loops, 0);
        var (body, end) = Body(depth);
        _loops = loops;
        RequireEnd(end, "endmacro", line);
        return new MacroStatement(name, parameters, body, line);
    }

    /// <summary>One target, or several with commas, in parentheses or not.</summary>
    private TemplateTarget Targets(bool withMembers)
    {
        var items = new List<TemplateTarget> { Target(withMembers) };
        var several = false;
        while (_tokens.TakeOperator(","))
        {
            several = true;
            if (_tokens.Current.Kind != TemplateTokenKind.Name && !_tokens.IsOperator("("))
            {
                break;
            }

            if (_tokens.IsName("in"))
            {
                break;
            }

            items.Add(Target(withMembers));
        }

        return several ? new TupleTarget(items) : items[0];
    }

    private TemplateTarget Target(bool withMembers)
    {
        if (_tokens.TakeOperator("("))
        {
            var inner = Targets(withMembers);
            _tokens.Expect(TemplateTokenKind.Operator, ")");
            return inner;
        }

        var name = _tokens.Expect(TemplateTokenKind.Name).Text;
        return withMembers && _tokens.TakeOperator(".")
            ? new MemberTarget(name, _tokens.Expect(TemplateTokenKind.Name).Text)
            : new NameTarget(name);
    }

    private List<TemplateStatement> Otherwise(ref string? end, int depth)
    {
        if (end != "else")
        {
            return [];
        }

        Close();
        (var body, end) = Body(depth);
        return body;
    }

    private void RequireEnd(string? found, string expected, int line)
    {
        if (found != expected)
        {
            throw new TemplateException(
                line,
                $"'{expected}' is missing; found {(found is null ? "the end of the template" : $"'{found}'")}"
            );
        }

        Close();
    }

    private void Close() => _tokens.Expect(TemplateTokenKind.BlockEnd);
}
