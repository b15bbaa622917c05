/* Deskhand chat, Apache-2.0. Contains Lit, BSD-3-Clause, (c) Google LLC. Built from web/ */
"use strict";(()=>{var W=globalThis,q=W.ShadowRoot&&(W.ShadyCSS===void 0||W.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,fe=Symbol(),Ne=new WeakMap,P=class{constructor(e,t,s){if(this._$cssResult$=!0,s!==fe)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,t=this.t;if(q&&e===void 0){let s=t!==void 0&&t.length===1;s&&(e=Ne.get(t)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),s&&Ne.set(t,e))}return e}toString(){return this.cssText}},Le=n=>new P(typeof n=="string"?n:n+"",void 0,fe),U=(n,...e)=>{let t=n.length===1?n[0]:e.reduce((s,i,r)=>s+(o=>{if(o._$cssResult$===!0)return o.cssText;if(typeof o=="number")return o;throw Error("Value passed to 'css' function must be a 'css' function result: "+o+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(i)+n[r+1],n[0]);return new P(t,n,fe)},He=(n,e)=>{if(q)n.adoptedStyleSheets=e.map(t=>t instanceof CSSStyleSheet?t:t.styleSheet);else for(let t of e){let s=document.createElement("style"),i=W.litNonce;i!==void 0&&s.setAttribute("nonce",i),s.textContent=t.cssText,n.appendChild(s)}},ve=q?n=>n:n=>n instanceof CSSStyleSheet?(e=>{let t="";for(let s of e.cssRules)t+=s.cssText;return Le(t)})(n):n;var{is:Ut,defineProperty:Nt,getOwnPropertyDescriptor:Lt,getOwnPropertyNames:Ht,getOwnPropertySymbols:Dt,getPrototypeOf:It}=Object,B=globalThis,De=B.trustedTypes,jt=De?De.emptyScript:"",zt=B.reactiveElementPolyfillSupport,N=(n,e)=>n,ye={toAttribute(n,e){switch(e){case Boolean:n=n?jt:null;break;case Object:case Array:n=n==null?n:JSON.stringify(n)}return n},fromAttribute(n,e){let t=n;switch(e){case Boolean:t=n!==null;break;case Number:t=n===null?null:Number(n);break;case Object:case Array:try{t=JSON.parse(n)}catch{t=null}}return t}},je=(n,e)=>!Ut(n,e),Ie={attribute:!0,type:String,converter:ye,reflect:!1,useDefault:!1,hasChanged:je};Symbol.metadata??=Symbol("metadata"),B.litPropertyMetadata??=new WeakMap;var w=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=Ie){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let s=Symbol(),i=this.getPropertyDescriptor(e,s,t);i!==void 0&&Nt(this.prototype,e,i)}}static getPropertyDescriptor(e,t,s){let{get:i,set:r}=Lt(this.prototype,e)??{get(){return this[t]},set(o){this[t]=o}};return{get:i,set(o){let c=i?.call(this);r?.call(this,o),this.requestUpdate(e,c,s)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??Ie}static _$Ei(){if(this.hasOwnProperty(N("elementProperties")))return;let e=It(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(N("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(N("properties"))){let t=this.properties,s=[...Ht(t),...Dt(t)];for(let i of s)this.createProperty(i,t[i])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[s,i]of t)this.elementProperties.set(s,i)}this._$Eh=new Map;for(let[t,s]of this.elementProperties){let i=this._$Eu(t,s);i!==void 0&&this._$Eh.set(i,t)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let s=new Set(e.flat(1/0).reverse());for(let i of s)t.unshift(ve(i))}else e!==void 0&&t.push(ve(e));return t}static _$Eu(e,t){let s=t.attribute;return s===!1?void 0:typeof s=="string"?s:typeof e=="string"?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=new Map,t=this.constructor.elementProperties;for(let s of t.keys())this.hasOwnProperty(s)&&(e.set(s,this[s]),delete this[s]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return He(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,s){this._$AK(e,s)}_$ET(e,t){let s=this.constructor.elementProperties.get(e),i=this.constructor._$Eu(e,s);if(i!==void 0&&s.reflect===!0){let r=(s.converter?.toAttribute!==void 0?s.converter:ye).toAttribute(t,s.type);this._$Em=e,r==null?this.removeAttribute(i):this.setAttribute(i,r),this._$Em=null}}_$AK(e,t){let s=this.constructor,i=s._$Eh.get(e);if(i!==void 0&&this._$Em!==i){let r=s.getPropertyOptions(i),o=typeof r.converter=="function"?{fromAttribute:r.converter}:r.converter?.fromAttribute!==void 0?r.converter:ye;this._$Em=i;let c=o.fromAttribute(t,r.type);this[i]=c??this._$Ej?.get(i)??c,this._$Em=null}}requestUpdate(e,t,s,i=!1,r){if(e!==void 0){let o=this.constructor;if(i===!1&&(r=this[e]),s??=o.getPropertyOptions(e),!((s.hasChanged??je)(r,t)||s.useDefault&&s.reflect&&r===this._$Ej?.get(e)&&!this.hasAttribute(o._$Eu(e,s))))return;this.C(e,t,s)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(e,t,{useDefault:s,reflect:i,wrapped:r},o){s&&!(this._$Ej??=new Map).has(e)&&(this._$Ej.set(e,o??t??this[e]),r!==!0||o!==void 0)||(this._$AL.has(e)||(this.hasUpdated||s||(t=void 0),this._$AL.set(e,t)),i===!0&&this._$Em!==e&&(this._$Eq??=new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(t){Promise.reject(t)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[i,r]of this._$Ep)this[i]=r;this._$Ep=void 0}let s=this.constructor.elementProperties;if(s.size>0)for(let[i,r]of s){let{wrapped:o}=r,c=this[i];o!==!0||this._$AL.has(i)||c===void 0||this.C(i,void 0,r,c)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(s=>s.hostUpdate?.()),this.update(t)):this._$EM()}catch(s){throw e=!1,this._$EM(),s}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(t=>t.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(t=>this._$ET(t,this[t])),this._$EM()}updated(e){}firstUpdated(e){}};w.elementStyles=[],w.shadowRootOptions={mode:"open"},w[N("elementProperties")]=new Map,w[N("finalized")]=new Map,zt?.({ReactiveElement:w}),(B.reactiveElementVersions??=[]).push("2.1.2");var we=globalThis,ze=n=>n,V=we.trustedTypes,Fe=V?V.createPolicy("lit-html",{createHTML:n=>n}):void 0,_e="$lit$",_=`lit$${Math.random().toFixed(9).slice(2)}$`,$e="?"+_,Ft=`<${$e}>`,E=document,H=()=>E.createComment(""),D=n=>n===null||typeof n!="object"&&typeof n!="function",xe=Array.isArray,Ge=n=>xe(n)||typeof n?.[Symbol.iterator]=="function",be=`[ 	
\f\r]`,L=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,We=/-->/g,qe=/>/g,S=RegExp(`>|${be}(?:([^\\s"'>=/]+)(${be}*=${be}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),Be=/'/g,Ve=/"/g,Ye=/^(?:script|style|textarea|title)$/i,ke=n=>(e,...t)=>({_$litType$:n,strings:e,values:t}),l=ke(1),y=ke(2),Ls=ke(3),$=Symbol.for("lit-noChange"),h=Symbol.for("lit-nothing"),Ke=new WeakMap,T=E.createTreeWalker(E,129);function Ze(n,e){if(!xe(n)||!n.hasOwnProperty("raw"))throw Error("invalid template strings array");return Fe!==void 0?Fe.createHTML(e):e}var Je=(n,e)=>{let t=n.length-1,s=[],i,r=e===2?"<svg>":e===3?"<math>":"",o=L;for(let c=0;c<t;c++){let a=n[c],u,g,d=-1,p=0;for(;p<a.length&&(o.lastIndex=p,g=o.exec(a),g!==null);)p=o.lastIndex,o===L?g[1]==="!--"?o=We:g[1]!==void 0?o=qe:g[2]!==void 0?(Ye.test(g[2])&&(i=RegExp("</"+g[2],"g")),o=S):g[3]!==void 0&&(o=S):o===S?g[0]===">"?(o=i??L,d=-1):g[1]===void 0?d=-2:(d=o.lastIndex-g[2].length,u=g[1],o=g[3]===void 0?S:g[3]==='"'?Ve:Be):o===Ve||o===Be?o=S:o===We||o===qe?o=L:(o=S,i=void 0);let m=o===S&&n[c+1].startsWith("/>")?" ":"";r+=o===L?a+Ft:d>=0?(s.push(u),a.slice(0,d)+_e+a.slice(d)+_+m):a+_+(d===-2?c:m)}return[Ze(n,r+(n[t]||"<?>")+(e===2?"</svg>":e===3?"</math>":"")),s]},I=class n{constructor({strings:e,_$litType$:t},s){let i;this.parts=[];let r=0,o=0,c=e.length-1,a=this.parts,[u,g]=Je(e,t);if(this.el=n.createElement(u,s),T.currentNode=this.el.content,t===2||t===3){let d=this.el.content.firstChild;d.replaceWith(...d.childNodes)}for(;(i=T.nextNode())!==null&&a.length<c;){if(i.nodeType===1){if(i.hasAttributes())for(let d of i.getAttributeNames())if(d.endsWith(_e)){let p=g[o++],m=i.getAttribute(d).split(_),v=/([.?@])?(.*)/.exec(p);a.push({type:1,index:r,name:v[2],strings:m,ctor:v[1]==="."?G:v[1]==="?"?Y:v[1]==="@"?Z:C}),i.removeAttribute(d)}else d.startsWith(_)&&(a.push({type:6,index:r}),i.removeAttribute(d));if(Ye.test(i.tagName)){let d=i.textContent.split(_),p=d.length-1;if(p>0){i.textContent=V?V.emptyScript:"";for(let m=0;m<p;m++)i.append(d[m],H()),T.nextNode(),a.push({type:2,index:++r});i.append(d[p],H())}}}else if(i.nodeType===8)if(i.data===$e)a.push({type:2,index:r});else{let d=-1;for(;(d=i.data.indexOf(_,d+1))!==-1;)a.push({type:7,index:r}),d+=_.length-1}r++}}static createElement(e,t){let s=E.createElement("template");return s.innerHTML=e,s}};function M(n,e,t=n,s){if(e===$)return e;let i=s!==void 0?t._$Co?.[s]:t._$Cl,r=D(e)?void 0:e._$litDirective$;return i?.constructor!==r&&(i?._$AO?.(!1),r===void 0?i=void 0:(i=new r(n),i._$AT(n,t,s)),s!==void 0?(t._$Co??=[])[s]=i:t._$Cl=i),i!==void 0&&(e=M(n,i._$AS(n,e.values),i,s)),e}var K=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:s}=this._$AD,i=(e?.creationScope??E).importNode(t,!0);T.currentNode=i;let r=T.nextNode(),o=0,c=0,a=s[0];for(;a!==void 0;){if(o===a.index){let u;a.type===2?u=new O(r,r.nextSibling,this,e):a.type===1?u=new a.ctor(r,a.name,a.strings,this,e):a.type===6&&(u=new J(r,this,e)),this._$AV.push(u),a=s[++c]}o!==a?.index&&(r=T.nextNode(),o++)}return T.currentNode=E,i}p(e){let t=0;for(let s of this._$AV)s!==void 0&&(s.strings!==void 0?(s._$AI(e,s,t),t+=s.strings.length-2):s._$AI(e[t])),t++}},O=class n{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,s,i){this.type=2,this._$AH=h,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=s,this.options=i,this._$Cv=i?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=M(this,e,t),D(e)?e===h||e==null||e===""?(this._$AH!==h&&this._$AR(),this._$AH=h):e!==this._$AH&&e!==$&&this._(e):e._$litType$!==void 0?this.$(e):e.nodeType!==void 0?this.T(e):Ge(e)?this.k(e):this._(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==h&&D(this._$AH)?this._$AA.nextSibling.data=e:this.T(E.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:s}=e,i=typeof s=="number"?this._$AC(e):(s.el===void 0&&(s.el=I.createElement(Ze(s.h,s.h[0]),this.options)),s);if(this._$AH?._$AD===i)this._$AH.p(t);else{let r=new K(i,this),o=r.u(this.options);r.p(t),this.T(o),this._$AH=r}}_$AC(e){let t=Ke.get(e.strings);return t===void 0&&Ke.set(e.strings,t=new I(e)),t}k(e){xe(this._$AH)||(this._$AH=[],this._$AR());let t=this._$AH,s,i=0;for(let r of e)i===t.length?t.push(s=new n(this.O(H()),this.O(H()),this,this.options)):s=t[i],s._$AI(r),i++;i<t.length&&(this._$AR(s&&s._$AB.nextSibling,i),t.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let s=ze(e).nextSibling;ze(e).remove(),e=s}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},C=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,s,i,r){this.type=1,this._$AH=h,this._$AN=void 0,this.element=e,this.name=t,this._$AM=i,this.options=r,s.length>2||s[0]!==""||s[1]!==""?(this._$AH=Array(s.length-1).fill(new String),this.strings=s):this._$AH=h}_$AI(e,t=this,s,i){let r=this.strings,o=!1;if(r===void 0)e=M(this,e,t,0),o=!D(e)||e!==this._$AH&&e!==$,o&&(this._$AH=e);else{let c=e,a,u;for(e=r[0],a=0;a<r.length-1;a++)u=M(this,c[s+a],t,a),u===$&&(u=this._$AH[a]),o||=!D(u)||u!==this._$AH[a],u===h?e=h:e!==h&&(e+=(u??"")+r[a+1]),this._$AH[a]=u}o&&!i&&this.j(e)}j(e){e===h?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??"")}},G=class extends C{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===h?void 0:e}},Y=class extends C{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==h)}},Z=class extends C{constructor(e,t,s,i,r){super(e,t,s,i,r),this.type=5}_$AI(e,t=this){if((e=M(this,e,t,0)??h)===$)return;let s=this._$AH,i=e===h&&s!==h||e.capture!==s.capture||e.once!==s.once||e.passive!==s.passive,r=e!==h&&(s===h||i);i&&this.element.removeEventListener(this.name,this,s),r&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},J=class{constructor(e,t,s){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=s}get _$AU(){return this._$AM._$AU}_$AI(e){M(this,e)}},Qe={M:_e,P:_,A:$e,C:1,L:Je,R:K,D:Ge,V:M,I:O,H:C,N:Y,U:Z,B:G,F:J},Wt=we.litHtmlPolyfillSupport;Wt?.(I,O),(we.litHtmlVersions??=[]).push("3.3.3");var Xe=(n,e,t)=>{let s=t?.renderBefore??e,i=s._$litPart$;if(i===void 0){let r=t?.renderBefore??null;s._$litPart$=i=new O(e.insertBefore(H(),r),r,void 0,t??{})}return i._$AI(n),i};var Ae=globalThis,k=class extends w{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=Xe(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return $}};k._$litElement$=!0,k.finalized=!0,Ae.litElementHydrateSupport?.({LitElement:k});var qt=Ae.litElementPolyfillSupport;qt?.({LitElement:k});(Ae.litElementVersions??=[]).push("4.2.2");var et={open:"تحدث معنا",openUnread:"تحدث معنا، {count} رسائل جديدة",openUnreadOne:"تحدث معنا، رسالة جديدة واحدة",close:"إغلاق المحادثة",assistantOf:"مساعد {business} بالذكاء الاصطناعي",assistant:"مساعد ذكاء اصطناعي",notice:"أنت تتحدث مع مساعد ذكاء اصطناعي وليس مع شخص. يمكنك طلب التحدث مع شخص في أي وقت.",team:"فريق {business}",personAnswers:"يجيبك شخص هنا",talkingTo:"أنت تتحدث مع {name}",personWillAnswer:"سيجيبك شخص من فريقنا.",backToAssistant:"العودة إلى المساعد",you:"أنت",conversation:"المحادثة",messages:"الرسائل",choices:"الخيارات",typing:"{name} يكتب",earlier:"عرض الرسائل السابقة",newConversation:"محادثة جديدة",today:"اليوم",yesterday:"أمس",source:"المصدر: ",sources:"المصادر: ",opensInNewTab:"(يفتح في علامة تبويب جديدة)",withdrawn:"تم سحب هذه الرسالة.",image:"صورة",newMessages:"رسائل جديدة",yourMessage:"رسالتك",write:"اكتب رسالة",send:"إرسال",attach:"إرفاق ملف",dropHere:"أفلت الملف لإرفاقه",removeFile:"إزالة {name}",uploading:"جارٍ رفع {name}",fileTooLarge:"{name} أكبر من {size}.",fileOfOtherKind:"لا يمكن إرسال {name}: يُسمح فقط بالصور وملفات PDF والملفات النصية.",fileFailed:"تعذر رفع {name}.",tooManyFiles:"يمكن إرفاق {count} ملفات على الأكثر بالرسالة الواحدة.",charactersLeft:"عدد الأحرف المتبقية: {count}",charactersTooMany:"عدد الأحرف الزائدة: {count}",waiting:"في انتظار الإرسال",notSent:"لم تُرسل. {reason}",offline:"يبدو أنك غير متصل بالإنترنت. ما تكتبه محفوظ وسيُرسل عند عودة الاتصال.",unreachable:"لا يمكن الوصول إلى المحادثة الآن. ما تكتبه محفوظ وسيُرسل في أقرب وقت ممكن.",busy:"رسائل كثيرة دفعة واحدة. انتظر لحظة من فضلك: ستُرسل رسائلك تلقائيًا.",tryAgain:"إعادة المحاولة",startOver:"البدء من جديد",sureTitle:"هل تريد بدء محادثة جديدة؟",sureText:"ستُغلق هذه المحادثة على هذا الجهاز وتبدأ محادثة جديدة.",keepThis:"الاحتفاظ بهذه",soundOn:"تشغيل الصوت",soundOff:"إيقاف الصوت",error_message_too_long:"الرسالة طويلة جدًا.",error_empty_message:"الرسالة فارغة.",error_unknown_button:"لم يعد هذا الخيار متاحًا. استخدم خيارًا أحدث أو اكتب رسالة.",error_unknown_file:"لم يعد الملف متاحًا. يرجى إرفاقه مرة أخرى.",error_other:"يرجى المحاولة مرة أخرى."};var tt={open:"Chatten Sie mit uns",openUnread:"Chatten Sie mit uns, {count} neue Nachrichten",openUnreadOne:"Chatten Sie mit uns, 1 neue Nachricht",close:"Chat schließen",assistantOf:"KI-Assistent von {business}",assistant:"KI-Assistent",notice:"Sie chatten mit einem KI-Assistenten, nicht mit einem Menschen. Sie können jederzeit nach einem Menschen fragen.",team:"{business}-Team",personAnswers:"Hier antwortet ein Mensch",talkingTo:"Sie sprechen mit {name}",personWillAnswer:"Ein Mensch wird Ihnen antworten.",backToAssistant:"Zurück zum Assistenten",you:"Sie",conversation:"Unterhaltung",messages:"Nachrichten",choices:"Auswahl",typing:"{name} schreibt",earlier:"Frühere Nachrichten anzeigen",newConversation:"Neue Unterhaltung",today:"Heute",yesterday:"Gestern",source:"Quelle: ",sources:"Quellen: ",opensInNewTab:"(öffnet in neuem Tab)",withdrawn:"Diese Nachricht wurde zurückgezogen.",image:"Bild",newMessages:"Neue Nachrichten",yourMessage:"Ihre Nachricht",write:"Nachricht schreiben",send:"Senden",attach:"Datei anhängen",dropHere:"Datei hier ablegen, um sie anzuhängen",removeFile:"{name} entfernen",uploading:"{name} wird hochgeladen",fileTooLarge:"{name} ist größer als {size}.",fileOfOtherKind:"{name} kann nicht gesendet werden: nur Bilder, PDF- und Textdateien.",fileFailed:"{name} konnte nicht hochgeladen werden.",tooManyFiles:"Zu einer Nachricht gehören höchstens {count} Dateien.",charactersLeft:"Noch {count} Zeichen",charactersTooMany:"{count} Zeichen zu viel",waiting:"Wartet auf das Senden",notSent:"Nicht gesendet. {reason}",offline:"Sie sind offline. Was Sie schreiben, bleibt erhalten und wird gesendet, sobald Sie wieder online sind.",unreachable:"Der Chat ist gerade nicht erreichbar. Was Sie schreiben, bleibt erhalten und wird gesendet, sobald es geht.",busy:"Das war viel auf einmal. Bitte warten Sie kurz: Ihre Nachricht wird von selbst gesendet.",tryAgain:"Erneut versuchen",startOver:"Neu beginnen",sureTitle:"Neue Unterhaltung beginnen?",sureText:"Diese Unterhaltung wird auf diesem Gerät geschlossen, und Sie beginnen eine neue.",keepThis:"Diese behalten",soundOn:"Ton einschalten",soundOff:"Ton ausschalten",error_message_too_long:"Sie ist zu lang.",error_empty_message:"Sie ist leer.",error_unknown_button:"Diese Auswahl ist nicht mehr offen. Bitte nehmen Sie eine neuere oder schreiben Sie.",error_unknown_file:"Die Datei ist nicht mehr da. Bitte hängen Sie sie noch einmal an.",error_other:"Bitte versuchen Sie es erneut."};var Se={open:"Chat with us",openUnread:"Chat with us, {count} new messages",openUnreadOne:"Chat with us, 1 new message",close:"Close the chat",assistantOf:"AI assistant of {business}",assistant:"AI assistant",notice:"You are chatting with an AI assistant, not a person. Ask for a person at any time.",team:"{business} team",personAnswers:"A person answers here",talkingTo:"You are talking to {name}",personWillAnswer:"A person will answer you.",backToAssistant:"Back to the assistant",you:"You",conversation:"Conversation",messages:"Messages",choices:"Choices",typing:"{name} is typing",earlier:"Show earlier messages",newConversation:"New conversation",today:"Today",yesterday:"Yesterday",source:"Source: ",sources:"Sources: ",opensInNewTab:"(opens in a new tab)",withdrawn:"This message was withdrawn.",image:"Picture",newMessages:"New messages",yourMessage:"Your message",write:"Write a message",send:"Send",attach:"Attach a file",dropHere:"Drop the file to attach it",removeFile:"Remove {name}",uploading:"Uploading {name}",fileTooLarge:"{name} is larger than {size}.",fileOfOtherKind:"{name} cannot be sent: only pictures, PDF and text files can.",fileFailed:"{name} could not be uploaded.",tooManyFiles:"At most {count} files go with one message.",charactersLeft:"{count} characters left",charactersTooMany:"{count} characters too many",waiting:"Waiting to be sent",notSent:"Not sent. {reason}",offline:"You seem to be offline. What you write is kept and sent when you are back.",unreachable:"The chat cannot be reached right now. What you write is kept and sent as soon as it can.",busy:"That was a lot at once. Please wait a moment: what you wrote is sent by itself.",tryAgain:"Try again",startOver:"Start over",sureTitle:"Start a new conversation?",sureText:"This conversation closes on this device, and you begin with a fresh one.",keepThis:"Keep this one",soundOn:"Turn sound on",soundOff:"Turn sound off",error_message_too_long:"It is too long.",error_empty_message:"It is empty.",error_unknown_button:"That choice is no longer open. Please use a newer one or type.",error_unknown_file:"The file is no longer there. Please attach it again.",error_other:"Please try again."};var st={open:"Chatea con nosotros",openUnread:"Chatea con nosotros, {count} mensajes nuevos",openUnreadOne:"Chatea con nosotros, 1 mensaje nuevo",close:"Cerrar el chat",assistantOf:"Asistente de IA de {business}",assistant:"Asistente de IA",notice:"Estás chateando con un asistente de IA, no con una persona. Puedes pedir hablar con una persona en cualquier momento.",team:"Equipo de {business}",personAnswers:"Aquí responde una persona",talkingTo:"Estás hablando con {name}",personWillAnswer:"Te responderá una persona.",backToAssistant:"Volver al asistente",you:"Tú",conversation:"Conversación",messages:"Mensajes",choices:"Opciones",typing:"{name} está escribiendo",earlier:"Mostrar mensajes anteriores",newConversation:"Nueva conversación",today:"Hoy",yesterday:"Ayer",source:"Fuente: ",sources:"Fuentes: ",opensInNewTab:"(se abre en otra pestaña)",withdrawn:"Este mensaje se ha retirado.",image:"Imagen",newMessages:"Mensajes nuevos",yourMessage:"Tu mensaje",write:"Escribe un mensaje",send:"Enviar",attach:"Adjuntar un archivo",dropHere:"Suelta el archivo para adjuntarlo",removeFile:"Quitar {name}",uploading:"Subiendo {name}",fileTooLarge:"{name} ocupa más de {size}.",fileOfOtherKind:"{name} no se puede enviar: solo imágenes, PDF y archivos de texto.",fileFailed:"No se pudo subir {name}.",tooManyFiles:"Un mensaje lleva como máximo {count} archivos.",charactersLeft:"Quedan {count} caracteres",charactersTooMany:"Sobran {count} caracteres",waiting:"Esperando para enviarse",notSent:"No enviado. {reason}",offline:"Parece que no tienes conexión. Lo que escribas se guarda y se envía cuando vuelvas.",unreachable:"No se puede conectar con el chat en este momento. Lo que escribas se guarda y se envía en cuanto se pueda.",busy:"Han sido muchos mensajes a la vez. Espera un momento: lo que has escrito se envía solo.",tryAgain:"Reintentar",startOver:"Empezar de nuevo",sureTitle:"¿Empezar una conversación nueva?",sureText:"Esta conversación se cierra en este dispositivo y empiezas una nueva.",keepThis:"Conservar esta",soundOn:"Activar el sonido",soundOff:"Desactivar el sonido",error_message_too_long:"Es demasiado largo.",error_empty_message:"Está vacío.",error_unknown_button:"Esa opción ya no está disponible. Usa una más reciente o escribe.",error_unknown_file:"El archivo ya no está disponible. Adjúntalo otra vez.",error_other:"Inténtalo de nuevo."};var nt={open:"Discuter avec nous",openUnread:"Discuter avec nous, {count} nouveaux messages",openUnreadOne:"Discuter avec nous, 1 nouveau message",close:"Fermer la discussion",assistantOf:"Assistant IA de {business}",assistant:"Assistant IA",notice:"Vous discutez avec un assistant IA, pas avec une personne. Vous pouvez demander une personne à tout moment.",team:"Équipe {business}",personAnswers:"Une personne vous répond ici",talkingTo:"Vous parlez avec {name}",personWillAnswer:"Une personne va vous répondre.",backToAssistant:"Revenir à l’assistant",you:"Vous",conversation:"Conversation",messages:"Messages",choices:"Choix",typing:"{name} écrit",earlier:"Afficher les messages précédents",newConversation:"Nouvelle conversation",today:"Aujourd’hui",yesterday:"Hier",source:"Source : ",sources:"Sources : ",opensInNewTab:"(s’ouvre dans un nouvel onglet)",withdrawn:"Ce message a été retiré.",image:"Image",newMessages:"Nouveaux messages",yourMessage:"Votre message",write:"Écrire un message",send:"Envoyer",attach:"Joindre un fichier",dropHere:"Déposez le fichier pour le joindre",removeFile:"Retirer {name}",uploading:"Envoi de {name}",fileTooLarge:"{name} dépasse {size}.",fileOfOtherKind:"{name} ne peut pas être envoyé : uniquement des images, des PDF et des fichiers texte.",fileFailed:"{name} n’a pas pu être envoyé.",tooManyFiles:"Un message contient au plus {count} fichiers.",charactersLeft:"{count} caractères restants",charactersTooMany:"{count} caractères en trop",waiting:"En attente d’envoi",notSent:"Non envoyé. {reason}",offline:"Vous semblez hors ligne. Ce que vous écrivez est conservé et envoyé à votre retour.",unreachable:"La discussion est injoignable pour l’instant. Ce que vous écrivez est conservé et envoyé dès que possible.",busy:"Cela fait beaucoup à la fois. Patientez un instant : vos messages partiront d’eux-mêmes.",tryAgain:"Réessayer",startOver:"Recommencer",sureTitle:"Commencer une nouvelle conversation ?",sureText:"Cette conversation se ferme sur cet appareil et vous en commencez une nouvelle.",keepThis:"Garder celle-ci",soundOn:"Activer le son",soundOff:"Couper le son",error_message_too_long:"Il est trop long.",error_empty_message:"Il est vide.",error_unknown_button:"Ce choix n’est plus proposé. Utilisez-en un plus récent ou écrivez.",error_unknown_file:"Le fichier n’est plus disponible. Veuillez le joindre à nouveau.",error_other:"Veuillez réessayer."};var Bt={ar:et,de:tt,en:Se,es:st,fr:nt},Vt=new Set(["ar","dv","fa","he","ps","sd","ug","ur","yi"]),Q=class{constructor(e,t){this.language=e;let s=e.toLowerCase().split("-")[0]??"en";this.direction=Vt.has(s)?"rtl":"ltr",this.#e={...Bt[s]??Se,...t};let i=Kt(e);this.#t=new Intl.NumberFormat(i),this.#s=new Intl.DateTimeFormat(i,{hour:"2-digit",minute:"2-digit"}),this.#n=new Intl.DateTimeFormat(i,{weekday:"long",day:"numeric",month:"long"})}#e;#t;#s;#n;say(e,t={}){return this.#e[e].replace(/\{(\w+)\}/g,(s,i)=>{let r=t[i];return typeof r=="number"?this.#t.format(r):r??s})}error(e){let t=`error_${e}`;return this.say(t in this.#e?t:"error_other")}time(e){return this.#s.format(e)}day(e,t){let s=Math.round((it(t)-it(e))/864e5);return s===0?this.say("today"):s===1?this.say("yesterday"):this.#n.format(e)}size(e){let[t,s]=e<1e6?[Math.ceil(e/1e3),"kB"]:[e/1e6,"MB"];return`${this.#t.format(Math.round(t*10)/10)} ${s}`}};function it(n){return new Date(n.getFullYear(),n.getMonth(),n.getDate()).getTime()}function Kt(n){try{return Intl.DateTimeFormat.supportedLocalesOf(n)[0]}catch{return}}var f=class extends Error{constructor(t,s,i,r){super(i);this.status=t;this.code=s;this.retryAfterSeconds=r}get passing(){return this.status===0||this.status===429||this.status>=500}},X=class{constructor(e){this.base=e;this.token=null}openSession(e){return this.#e("POST","session",{new:e})}send(e){return this.#e("POST","messages",e)}read(e){return this.#e("GET",e?`messages?after=${encodeURIComponent(e)}`:"messages")}readBefore(e){return this.#e("GET",`messages?before=${encodeURIComponent(e)}`)}returnToAssistant(){return this.#e("POST","return",{})}upload(e,t){let s={"content-type":e.type||"application/octet-stream"},i=`uploads?name=${encodeURIComponent(e.name)}`,r=AbortSignal.any?.([t,AbortSignal.timeout(3e5)])??t;return this.#t(i,{method:"POST",headers:s,body:e,signal:r})}async events(e,t){let s={accept:"text/event-stream"};return e&&(s["last-event-id"]=e),this.#n(await this.#s("events",{headers:s,signal:t}))}#e(e,t,s){let i=AbortSignal.timeout(6e4);if(!s)return this.#t(t,{method:e,signal:i});let r={"content-type":"application/json"};return this.#t(t,{method:e,headers:r,body:JSON.stringify(s),signal:i})}async#t(e,t){let s=await this.#n(await this.#s(e,t));try{return await s.json()}catch{throw new f(0,"unreachable","The answer broke off.")}}async#s(e,t){let s=new Headers(t.headers);this.token&&s.set("authorization",`Bearer ${this.token}`);try{return await fetch(this.base+e,{...t,headers:s,credentials:"omit",cache:"no-store"})}catch{throw new f(0,"unreachable","The chat cannot be reached.")}}async#n(e){if(e.ok)return e;let t=await e.json().catch(()=>null);throw new f(e.status,t?.error?.code??"unavailable",t?.error?.message??"The chat has a problem on our side.",Number(e.headers.get("retry-after"))||void 0)}};var j=class{constructor(e,t){this.scope=e;this.kept=t}#e=new Map;get(e){try{return this.kept().getItem(this.#t(e))}catch{return this.#e.get(e)??null}}set(e,t){try{this.kept().setItem(this.#t(e),t)}catch{this.#e.set(e,t)}}remove(e){this.#e.delete(e);try{this.kept().removeItem(this.#t(e))}catch{}}keys(e){let t=this.#t(e),s=[];try{s=Object.keys(this.kept()).filter(r=>r.startsWith(t))}catch{}let i=[...this.#e.keys()].filter(r=>r.startsWith(e));return[...s.map(r=>r.slice(this.#t("").length)),...i].sort()}watch(e,t){let s=i=>{i.key===this.#t(e)&&t(i.newValue)};return window.addEventListener("storage",s),()=>window.removeEventListener("storage",s)}async exclusively(e,t){return navigator.locks?await navigator.locks.request(this.#t(e),t):t()}#t(e){return`deskhand:${this.scope}:${e}`}};async function rt(n,e,t,s,i){let r=new AbortController,o=()=>r.abort();t.addEventListener("abort",o,{once:!0});let c=setTimeout(o,4e4);try{let a=await n.events(e,r.signal);if(!a.body)return;s();let u=new Te(i),g=a.body.pipeThrough(new TextDecoderStream).getReader();for(;;){let{done:d,value:p}=await g.read();if(d)return;clearTimeout(c),c=setTimeout(o,4e4),u.feed(p)}}catch(a){if(a instanceof Error&&a.name!=="AbortError"&&a.name!=="TypeError")throw a}finally{clearTimeout(c),r.abort(),t.removeEventListener("abort",o)}}var Te=class{constructor(e){this.happened=e}#e="";#t=null;#s="message";#n=[];feed(e){let t=(this.#e+e).split(`
`);this.#e=t.pop()??"";for(let s of t)this.#i(s)}#i(e){if(e==="")return this.#l();let t=e.indexOf(":");if(t<=0)return;let s=e.slice(t+1).replace(/^ /,""),i=e.slice(0,t);i==="id"?this.#t=s:i==="event"?this.#s=s:i==="data"&&this.#n.push(s)}#l(){let e={id:this.#t,type:this.#s,data:this.#n.join(`
`)},t=this.#n.length>0;[this.#t,this.#s,this.#n]=[null,"message",[]],t&&this.happened(e)}};var ot=1e3,Gt=3e4,Yt=2e4,Zt=3e4,Jt=4e3,at=2,Qt=15,ee=class{#e;#t;#s=null;#n=null;#i=null;#l;#o=!1;#r=0;#a=0;#c=0;constructor(e,t){this.#e=e,this.#t=t}start(){this.stop(),this.#s=new AbortController,document.addEventListener("visibilitychange",this.#m),this.#m(),this.#g(this.#s.signal)}stop(){document.removeEventListener("visibilitychange",this.#m),clearTimeout(this.#l),this.#s?.abort(),this.#n?.abort(),this.#i?.()}hurry(){this.#i?.()}restart(){this.#n?.abort(),this.#i?.()}async#g(e){for(;!e.aborted;)try{this.#o||this.#a>=at?await this.#b():await this.#f()}catch(t){if(e.aborted)return;let s=t instanceof f?t:new f(0,"broken",String(t));if(!this.#t.failed(s))return;await this.#d(this.#v(s))}}async#f(){let e=this.#n=new AbortController,t=!1,s=i=>{t=!0,this.#t.happened(i)};try{await rt(this.#e,this.#t.cursor(),e.signal,()=>this.#u(),s)}catch(i){if(!(i instanceof f)||i.status===401||i.status===429)throw i;await this.#t.ask(),this.#u()}e.signal.aborted||(this.#a=t?0:this.#a+1,await this.#d(Math.random()*ot))}async#b(){await this.#t.ask(),this.#u(),++this.#c%Qt===0&&(this.#a=at-1),await this.#d(this.#o?Zt:Jt)}#u(){this.#r=0,this.#t.connected()}#v(e){return e.retryAfterSeconds?e.retryAfterSeconds*1e3:Math.min(Gt,ot*2**this.#r++)*(.75+Math.random()/4)}async#d(e){await new Promise(t=>{let s=setTimeout(t,e);this.#i=()=>{clearTimeout(s),t()}}),this.#i=null}#m=()=>{clearTimeout(this.#l),document.hidden?this.#l=setTimeout(()=>{this.#o=!0,this.restart()},Yt):this.#o&&(this.#o=!1,this.restart())}};var Ee="out:",te=class{#e;#t=0;constructor(e){this.#e=e}items(){return this.#e.keys(Ee).flatMap(e=>Xt(this.#e.get(e))??[])}add(e,t,s){let i=es(),r=t?{id:i,button_id:t}:{id:i};!t&&e&&(r.text=e),s.length&&(r.files=s.map(a=>a.id));let o=`${Date.now().toString().padStart(15,"0")}${(this.#t++).toString().padStart(6,"0")}`,c={key:`${Ee}${o}:${i}`,outgoing:r,shown:e,files:s};return this.#e.set(c.key,JSON.stringify(c)),c}remove(e){this.#e.remove(e.key)}clear(){for(let e of this.#e.keys(Ee))this.#e.remove(e)}};function Xt(n){try{return n?JSON.parse(n):null}catch{return null}}function es(){let n=crypto.getRandomValues(new Uint8Array(16));return n[6]=n[6]&15|64,n[8]=n[8]&63|128,Array.from(n,t=>t.toString(16).padStart(2,"0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/,"$1-$2-$3-$4-$5")}var se=class{constructor(e,t,s,i){this.api=e;this.store=t;this.timeline=s;this.sender=i;this.own=[];this.#t=!1;this.#e=new te(t)}#e;#t;get any(){return this.own.some(e=>e.state!=="refused")}get underWay(){return this.own.some(e=>e.state==="sending")}get waits(){return this.#e.items().length>0}add(e,t,s){let i=this.#e.add(e,t,s);this.own=[...this.own,{waiting:i,state:"sending"}],this.sender.changed(),this.flush()}restore(){for(let e of this.#e.items())this.timeline.has(e.outgoing.id)?this.#e.remove(e):this.own.some(t=>t.waiting.key===e.key)||(this.own=[...this.own,{waiting:e,state:"sending"}])}settle(){this.own=this.own.filter(e=>e.state==="refused"||!this.timeline.has(e.waiting.outgoing.id))}forget(e){e&&this.#e.clear(),this.own=[]}async flush(){if(!(this.#t||!this.sender.ready())){this.#t=!0;try{await this.store.exclusively("outbox",async()=>{for(let e=this.#e.items()[0];e;e=this.#e.items()[0])await this.#s(e)}),this.#n(()=>!0,"sent","waiting"),this.#n(()=>!0,"sent","sending")}catch(e){this.#n(()=>!0,"waiting","sending"),e instanceof f&&e.status===401?this.sender.sessionEnded():this.sender.failed(e)}finally{this.#t=!1,this.sender.changed()}}}async#s(e){let t=i=>i.waiting.key===e.key;this.#n(t,"sending","waiting");let s=Date.now();try{await this.api.send(e.outgoing)}catch(i){if(!(i instanceof f)||i.passing||i.status===401)throw i;this.#e.remove(e),this.own=this.own.map(r=>t(r)?{...r,state:"refused",refusal:i}:r),this.sender.changed();return}this.#e.remove(e),this.#n(t,"sent","sending"),this.sender.sent(e.outgoing.id,s)}#n(e,t,s){this.own=this.own.map(i=>i.state===s&&e(i)?{...i,state:t}:i),this.settle(),this.sender.changed()}};var ne=class{constructor(){this.messages=[]}get last(){return this.messages.at(-1)}get first(){return this.messages[0]}take(e){let t=new Set(this.messages.map(o=>o.id)),s=e.filter(o=>!t.has(o.id)),i=new Map(e.map(o=>[o.id,o])),r=this.messages.map(o=>i.get(o.id)??o);for(let o of s)ts(r,o);return this.messages=r,s}takeEarlier(e){let t=new Set(this.messages.map(s=>s.id));this.messages=[...e.filter(s=>!t.has(s.id)),...this.messages]}clear(){this.messages=[]}has(e){return this.messages.some(t=>t.client_id===e)}choices(){for(let e=this.messages.length-1;e>=0;e--){let t=this.messages[e];if(t.author==="contact")return[];if(t.buttons?.length)return t.buttons}return[]}countAfter(e){let t=this.messages.findIndex(s=>s.cursor===e);return this.messages.slice(t+1).filter(s=>s.author!=="contact").length}};function ts(n,e){let t=i=>n[i]?.conversation===e.conversation,s=n.length;for(;s>0&&!t(s-1);)s--;for(s===0&&(s=n.length);t(s-1)&&n[s-1].seq>e.seq;)s--;n.splice(s,0,e)}var ss=[2e3,5e3,12e3,3e4],ns=3,ie=class{constructor(e,t,s){this.timeline=new ne;this.session=null;this.situation={conversation:null,thinking:!1};this.problem=null;this.opening=!1;this.earlier=!1;this.#l=0;this.#r=null;this.#k=()=>{this.#n.restart(),this.retryNow()};this.#A=()=>{this.problem="offline",this.#n.restart(),this.#i.changed()};this.#e=e,this.#t=t,this.#i=s,this.#s=new se(e,t,this.timeline,{ready:()=>this.session!==null,changed:()=>s.changed(),sent:(i,r)=>{this.#p(),this.#S(i,r)},sessionEnded:()=>this.#u(),failed:i=>this.#h(i,()=>{this.#s.flush()})}),this.#n=new ee(e,{cursor:()=>this.timeline.last?.cursor??null,happened:i=>this.#m(i),ask:()=>this.#w(),connected:()=>this.#T(),failed:i=>this.#E(i)})}#e;#t;#s;#n;#i;#l;#o;#r;get known(){return this.#t.get("token")!==null}get own(){return this.#s.own}get thinking(){return this.opening&&!this.timeline.last?!0:this.problem||this.situation.conversation?.control==="person"?!1:this.situation.thinking||this.#s.underWay}get unread(){return this.timeline.countAfter(this.#t.get("read"))}get choices(){return this.#s.any?[]:this.timeline.choices()}start(){window.addEventListener("online",this.#k),window.addEventListener("offline",this.#A),this.#r=this.#t.watch("token",e=>this.#b(e)),this.#a(!1)}stop(){window.removeEventListener("online",this.#k),window.removeEventListener("offline",this.#A),this.#r?.(),clearTimeout(this.#o),this.#n.stop()}say(e,t){this.#s.add(e,null,t)}press(e){this.#s.add(e.title,e.id,[])}startOver(){return this.#a(!0)}async returnToAssistant(){try{await this.#e.returnToAssistant(),await this.#w(),this.#p()}catch(e){this.#h(e)}}async showEarlier(){let e=this.timeline.first;if(e)try{let t=await this.#e.readBefore(e.cursor);this.timeline.takeEarlier(t.messages.map(s=>this.#$(s))),this.earlier=t.earlier,this.#i.changed()}catch(t){this.#h(t)}}markRead(){let e=this.timeline.last?.cursor;e&&this.#t.get("read")!==e&&this.#t.set("read",e)}retryNow(){if(clearTimeout(this.#o),!this.session)return void this.#a(!1);this.#n.hurry(),this.#s.flush()}async#a(e){clearTimeout(this.#o),this.opening=!0,this.#i.changed();try{let t=await this.#t.exclusively("session",()=>this.#c(e));this.#g(t,e)}catch(t){this.#h(t,()=>{this.#a(e)})}finally{this.opening=!1,this.#i.changed()}}async#c(e){this.#e.token=this.#t.get("token");let t=await this.#e.openSession(e);return this.#f(t.token),t}#g(e,t){t&&this.#d(!0),this.session=e,this.earlier=e.earlier,this.#y(e,!0),this.#p(),this.#s.restore(),this.#n.start(),t&&this.#i.begun(),this.#s.flush()}#f(e){this.#e.token=e,this.#t.get("token")!==e&&this.#t.set("token",e)}#b(e){if(!(!e||!this.session)){if(lt(e)===lt(this.session.token)){this.#e.token=e;return}this.#d(!1),this.#v(),this.#i.begun(),this.#a(!1)}}#u(){this.#t.get("token")===this.#e.token&&this.#t.remove("token"),this.#v(),this.#a(!1)}#v(){this.#n.stop(),this.session=null}#d(e){this.#s.forget(e),this.timeline.clear(),this.#t.remove("read")}#m(e){this.#l=Date.now();let t=JSON.parse(e.data);e.type==="message"?this.#_([t],!1):e.type==="situation"?this.situation=t:e.type==="token"&&this.#f(t.token),this.#i.changed()}async#w(){for(;;){let e=await this.#e.read(this.timeline.last?.cursor??null);if(this.#y(e,!1),!e.later)return}}#y(e,t){this.situation={conversation:e.conversation,thinking:e.thinking},this.#_(e.messages,t),this.#i.changed()}#_(e,t){let s=this.timeline.take(e.map(r=>this.#$(r)));this.#s.settle();let i=s.filter(r=>r.author!=="contact");!t&&i.length&&this.#i.arrived(i)}#$(e){if(!e.files)return e;let t=e.files.map(s=>({...s,url:s.url&&new URL(s.url,this.#e.base).href}));return{...e,files:t}}#S(e,t){for(let s of ss)setTimeout(()=>{let i=this.#l>=t&&this.timeline.has(e);this.session&&!i&&this.#w().catch(()=>{})},s)}#T(){this.#p(),this.#s.flush()}#E(e){return e.status===401?(this.#u(),!1):(this.#x(e),!0)}#h(e,t){e instanceof f||console.error(e);let s=e instanceof f?e:new f(0,"broken","");this.#x(s),t&&(clearTimeout(this.#o),this.#o=setTimeout(t,(s.retryAfterSeconds??ns)*1e3))}#x(e){this.problem=e.status===429?"busy":navigator.onLine?"unreachable":"offline",this.#i.changed()}#p(){this.problem===null||this.problem==="busy"&&this.#s.waits||(this.problem=null,this.#i.changed())}#k;#A};function lt(n){try{let e=n.split(".")[1].replace(/-/g,"+").replace(/_/g,"/");return String(JSON.parse(atob(e)).sub)}catch{return n}}var Me=5,is=15e3,re=class{constructor(e,t){this.api=e;this.changed=t;this.chosen=[];this.refused=null}get ready(){return this.chosen.flatMap(e=>e.uploaded??[])}get busy(){return this.chosen.some(e=>!e.uploaded&&!e.fault)}add(e,t){this.refused=null;for(let s of e){let i=this.#e(s,t);if(i){this.refused={name:s.name,fault:i};continue}let r={file:s,uploaded:null,fault:null,stop:new AbortController};this.chosen=[...this.chosen,r],this.#t(r)}this.changed()}remove(e){e.stop.abort(),this.chosen=this.chosen.filter(t=>t!==e),this.changed()}take(){let e=this.ready;return this.clear(),e}clear(){for(let e of this.chosen)e.stop.abort();this.chosen=[],this.refused=null,this.changed()}#e(e,t){return this.chosen.length>=Me?"tooManyFiles":t.types.includes(e.type)?e.size>t.max_bytes?"fileTooLarge":null:"fileOfOtherKind"}async#t(e){for(let t=1e3;!e.stop.signal.aborted;t=Math.min(is,t*2))try{return e.uploaded=await this.api.upload(e.file,e.stop.signal),this.changed()}catch(s){if(!(s instanceof f)||!s.passing)return e.fault=s instanceof f&&s.status===413?"fileTooLarge":"fileFailed",this.changed();let i=s.retryAfterSeconds;await new Promise(r=>setTimeout(r,i?i*1e3:t))}}};function x(n){return l`<svg
    viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" stroke-width="2"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"
  >${n}</svg>`}var ct=x(y`<path d="M21 11.5a8.4 8.4 0 0 1-9 8.4 9.4 9.4 0 0 1-3.6-.7L3.5 20.5l1.4-4.1A8.4 8.4 0 0 1 12 3.1a8.6 8.6 0 0 1 9 8.4Z"/>`),Ce=x(y`<path d="m6 9 6 6 6-6"/>`),dt=x(y`<path d="M12 19V5M5.5 11.5 12 5l6.5 6.5"/>`),ht=x(y`<path d="m20.5 11.5-8.3 8.3a5.4 5.4 0 0 1-7.7-7.7l8.4-8.3a3.6 3.6 0 0 1 5.1 5.1l-8.3 8.3a1.8 1.8 0 0 1-2.6-2.6l7.7-7.6"/>`),ut=x(y`<path d="M3.5 4.5v5h5"/><path d="M4.2 9.5A8.5 8.5 0 1 1 3.5 13"/>`),pt=x(y`<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Z"/><path d="M15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>`),mt=x(y`<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Z"/><path d="m16 9.5 5 5m0-5-5 5"/>`),gt=x(y`<path d="m6 6 12 12M18 6 6 18"/>`),oe=x(y`<path d="M13.5 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8.5Z"/><path d="M13.5 3v5.5H19"/>`);var rs=300,Oe="draft",le=class{constructor(e,t,s){this.drafts=e;this.root=t;this.files=s;this.text=e.get(Oe)??""}focus(){this.#c?.focus({preventScroll:!0})}fit(){let e=this.#c;e&&(e.value!==this.text&&(e.value=this.text),e.style.height="auto",e.style.height=`${e.scrollHeight}px`)}render(e){let{words:t,uploads:s}=e,i=e.most-[...this.text.trim()].length;return l`
      ${this.#t(e)}
      <form id="composer" class="composer" @submit=${r=>this.#a(r,e)}>
        ${s?this.#e(e,s):h}
        <label class="unseen" for="text">${t.say("yourMessage")}</label>
        <textarea
          id="text" rows="1" dir="auto" placeholder=${t.say("write")} autocomplete="off" enterkeyhint="send"
          aria-describedby="counter"
          @input=${()=>this.#i(e)}
          @keydown=${r=>this.#l(r)}
          @paste=${r=>this.#o(r,e)}
        ></textarea>
        <button type="submit" id="send" class="round" aria-label=${t.say("send")} title=${t.say("send")}
          ?disabled=${!this.#n(e.most)}>${dt}</button>
      </form>
      <p id="counter" class=${i<0?"counter over":"counter"} aria-live="polite" ?hidden=${i>rs}>
        ${i<0?t.say("charactersTooMany",{count:-i}):t.say("charactersLeft",{count:i})}
      </p>
    `}#e(e,t){let s=e.words.say("attach");return l`
      <input type="file" id="files" multiple hidden accept=${t.types.join(",")}
        @change=${i=>this.#r(i.target,t)} />
      <button type="button" id="attach" class="round plain" aria-label=${s} title=${s}
        @click=${()=>this.root.querySelector("#files")?.click()}>${ht}</button>
    `}#t({words:e,uploads:t}){let{chosen:s,refused:i}=this.files;if(!s.length&&!i)return h;let r={size:e.size(t?.max_bytes??0),count:Me};return l`
      <ul class="chips">${s.map(o=>l`<li>${this.#s(o,e,r)}</li>`)}</ul>
      ${i?l`<p class="fault" role="alert">${e.say(i.fault,{...r,name:i.name})}</p>`:h}
    `}#s(e,t,s){let i=e.file.name,r=e.fault?t.say(e.fault,{...s,name:i}):e.uploaded?t.size(e.file.size):`${t.say("uploading",{name:""}).trim()} …`,o=t.say("removeFile",{name:i});return l`<span class="chip ${e.fault?"bad":e.uploaded?"":"busy"}">
      ${oe}<span class="chip-text"><bdi>${i}</bdi><small>${r}</small></span>
      <button type="button" class="round plain small" aria-label=${o} title=${o}
        @click=${()=>this.files.remove(e)}>${gt}</button>
    </span>`}#n(e){let t=[...this.text.trim()].length;return t<=e&&!this.files.busy&&(t>0||this.files.ready.length>0)}#i(e){this.text=this.#c?.value??"",this.drafts.set(Oe,this.text),this.fit(),e.changed()}#l(e){e.key!=="Enter"||e.shiftKey||e.isComposing||(e.preventDefault(),e.target.form?.requestSubmit())}#o(e,t){let s=[...e.clipboardData?.files??[]];!s.length||!t.uploads||(e.preventDefault(),this.files.add(s,t.uploads))}#r(e,t){this.files.add([...e.files??[]],t),e.value="",this.focus()}#a(e,t){if(e.preventDefault(),!this.#n(t.most))return;let s=this.text.trim();this.text="",this.drafts.remove(Oe),t.send(s),this.fit(),this.focus()}get#c(){return this.root.querySelector("#text")}};var ft={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},vt=n=>(...e)=>({_$litDirective$:n,values:e}),ce=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,t,s){this._$Ct=e,this._$AM=t,this._$Ci=s}_$AS(e,t){return this.update(e,t)}update(e,t){return this.render(...t)}};var{I:os}=Qe,yt=n=>n;var bt=()=>document.createComment(""),R=(n,e,t)=>{let s=n._$AA.parentNode,i=e===void 0?n._$AB:e._$AA;if(t===void 0){let r=s.insertBefore(bt(),i),o=s.insertBefore(bt(),i);t=new os(r,o,n,n.options)}else{let r=t._$AB.nextSibling,o=t._$AM,c=o!==n;if(c){let a;t._$AQ?.(n),t._$AM=n,t._$AP!==void 0&&(a=n._$AU)!==o._$AU&&t._$AP(a)}if(r!==i||c){let a=t._$AA;for(;a!==r;){let u=yt(a).nextSibling;yt(s).insertBefore(a,i),a=u}}}return t},A=(n,e,t=n)=>(n._$AI(e,t),n),as={},wt=(n,e=as)=>n._$AH=e,_t=n=>n._$AH,de=n=>{n._$AR(),n._$AA.remove()};var $t=(n,e,t)=>{let s=new Map;for(let i=e;i<=t;i++)s.set(n[i],i);return s},xt=vt(class extends ce{constructor(n){if(super(n),n.type!==ft.CHILD)throw Error("repeat() can only be used in text expressions")}dt(n,e,t){let s;t===void 0?t=e:e!==void 0&&(s=e);let i=[],r=[],o=0;for(let c of n)i[o]=s?s(c,o):o,r[o]=t(c,o),o++;return{values:r,keys:i}}render(n,e,t){return this.dt(n,e,t).values}update(n,[e,t,s]){let i=_t(n),{values:r,keys:o}=this.dt(e,t,s);if(!Array.isArray(i))return this.ut=o,r;let c=this.ut??=[],a=[],u,g,d=0,p=i.length-1,m=0,v=r.length-1;for(;d<=p&&m<=v;)if(i[d]===null)d++;else if(i[p]===null)p--;else if(c[d]===o[m])a[m]=A(i[d],r[m]),d++,m++;else if(c[p]===o[v])a[v]=A(i[p],r[v]),p--,v--;else if(c[d]===o[v])a[v]=A(i[d],r[v]),R(n,a[v+1],i[d]),d++,v--;else if(c[p]===o[m])a[m]=A(i[p],r[m]),R(n,i[d],i[p]),p--,m++;else if(u===void 0&&(u=$t(o,m,v),g=$t(c,d,p)),u.has(c[d]))if(u.has(c[p])){let b=g.get(o[m]),ge=b!==void 0?i[b]:null;if(ge===null){let Ue=R(n,i[d]);A(Ue,r[m]),a[m]=Ue}else a[m]=A(ge,r[m]),R(n,i[d],ge),i[b]=null;m++}else de(i[p]),p--;else de(i[d]),d++;for(;m<=v;){let b=R(n,a[v+1]);A(b,r[m]),a[m++]=b}for(;d<=p;){let b=i[d++];b!==null&&de(b)}return this.ut=o,wt(n,a),$}});var ls=/\*\*([^*\n]{1,400})\*\*|\[([^\]\n]{1,300})\]\(([^)\s]{1,2000})\)|(https?:\/\/[^\s<>"']{1,2000})|([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})/g,cs=/^\s{0,3}(?:(\d{1,3})[.)]|[-*•])\s+(.*)$/,ds=new Set(["http:","https:","mailto:"]);function he(n){try{let e=new URL(n);return ds.has(e.protocol)?e.href:null}catch{return null}}function z(n,e){let t=he(n);return t===null?e:t.startsWith("mailto:")?l`<a href=${t}>${e}</a>`:l`<a href=${t} target="_blank" rel="noopener noreferrer nofollow" aria-describedby="new-tab">${e}</a>`}function kt(n){return hs(n).map(e=>{if(e.kind==="p")return l`<p>${e.lines.map((s,i)=>[i?l`<br />`:"",Re(s)])}</p>`;let t=e.lines.map(s=>l`<li>${Re(s)}</li>`);return e.kind==="ol"?l`<ol start=${e.start}>${t}</ol>`:l`<ul>${t}</ul>`})}function hs(n){let e=[],t=!0;for(let s of n.split(`
`)){let i=cs.exec(s);if(!i&&s.trim()===""){t=!0;continue}let r=i?i[1]?"ol":"ul":"p",o=e.at(-1);(o?.kind!==r||t&&r==="p")&&e.push(o={kind:r,start:Number(i?.[1]??1),lines:[]}),t=!1,o.lines.push(i?i[2]:s)}return e}function Re(n){let e=[],t=0;for(let s of n.matchAll(ls))e.push(n.slice(t,s.index),...us(s)),t=s.index+s[0].length;return e.push(n.slice(t)),e}function us([n,e,t,s,i,r]){if(e)return[l`<strong>${Re(e)}</strong>`];if(t&&s)return[z(s,t)];if(r)return[z(`mailto:${r}`,r)];let o=/[.,;:!?)\]]+$/.exec(i??"")?.[0]??"",c=o?n.slice(0,-o.length):n;return[z(c,c),o]}function St(n,e,t,s){return l`<div id="log" role="log" aria-live=${s?"polite":"off"} aria-label=${e.say("messages")}>
    ${xt(ps(n,e,t),i=>i.key,i=>i.template)}
  </div>`}function ps(n,e,t){let s=new Date,i=[],r=null;for(let o of n.timeline.messages){let c=new Date(o.sent_at),a=c.toDateString();(!r||new Date(r.sent_at).toDateString()!==a)&&i.push(At(`day:${a}`,"day",e.day(c,s))),r&&r.conversation!==o.conversation&&i.push(At(`new:${o.conversation}`,"divider",e.say("newConversation")));let u=r?.author!==o.author||r.name!==o.name;i.push({key:ms(o),template:gs(o,u,e,t)}),r=o}for(let o of n.own){let c=r?.author!=="contact";i.push({key:o.waiting.outgoing.id,template:ws(o,c,e)}),r={author:"contact",sent_at:s.toISOString()}}return i}function ms(n){return n.client_id??n.id}function At(n,e,t){return{key:n,template:l`<p class=${e}>${t}</p>`}}function gs(n,e,t,s){if(n.author==="system")return l`<p class="message system">${n.text}</p>`;let i=t.time(new Date(n.sent_at)),r=l`${bs(n,t,s)} · ${i}`,o=e&&n.author!=="contact";return l`<article class="message ${n.author} ${e?"first":""}">
    <p class=${o?"byline":"unseen"}>${r}</p>
    ${n.withdrawn?ys(t):fs(n,i,t)}
  </article>`}function fs(n,e,t){let s=n.image?he(n.image):null;return l`
    ${s?Mt(s,t.say("image")):h}
    ${n.files?.map(i=>Et(i,t))??h}
    ${n.text?Tt(n.author==="contact"?n.text:kt(n.text),e):h}
    ${n.citations?.length?vs(n,t):h}
  `}function Tt(n,e){return l`<div class="bubble" title=${e}><div dir="auto">${n}</div></div>`}function Et(n,e){let t=he(n.url);if(t&&n.kind==="image")return Mt(t,n.name);let s=l`${oe}<span class="chip-text"><bdi>${n.name}</bdi><small>${e.size(n.size)}</small></span>`;return t?l`<a class="chip sent" href=${t} target="_blank" rel="noopener" aria-describedby="new-tab">${s}</a>`:l`<span class="chip sent">${s}</span>`}function Mt(n,e){return l`<a class="picture-link" href=${n} target="_blank" rel="noopener noreferrer" aria-describedby="new-tab"
    ><img class="picture" src=${n} alt=${e}
  /></a>`}function vs(n,e){let t=n.citations??[];return l`<div class="sources">
    ${e.say(t.length===1?"source":"sources")}
    <ul>${t.map(s=>l`<li>${z(s.url,s.title)}</li>`)}</ul>
  </div>`}function ys(n){return l`<div class="bubble withdrawn">${n.say("withdrawn")}</div>`}function bs(n,e,t){return n.author==="contact"?e.say("you"):n.author==="agent"?n.name??e.say("team",{business:t.business}):`${t.assistant} · ${e.say("assistant")}`}function ws(n,e,t){let{shown:s,files:i}=n.waiting,r={sending:"pending",waiting:"pending waiting",sent:"",refused:"failed"}[n.state];return l`<article class="message contact ${r} ${e?"first":""}">
    <p class="unseen">${t.say("you")}</p>
    ${i.map(o=>Et({...o,url:""},t))}
    ${s?Tt(s,h):h}
    ${_s(n,t)}
  </article>`}function _s(n,e){if(n.state==="waiting")return l`<p class="delivery">${e.say("waiting")}</p>`;if(n.state!=="refused")return h;let t=e.error(n.refusal?.code??"other");return l`<p class="delivery">${e.say("notSent",{reason:t})}</p>`}function Ct(n){let{words:e,floating:t}=n,s=l`
    ${xs(n)} ${ks(n)} ${St(n.talk,e,n.naming,n.announce)} ${As(n)} ${Ss(n)}
  `,i=e.say("conversation");return l`
    <header class="bar" part="header">${$s(n)}</header>
    ${t?l`<div class="conversation" id="scroller" tabindex="0" role="region" aria-label=${i} @scroll=${n.scrolled}>${s}</div>`:l`<main class="conversation" id="scroller" tabindex="0" aria-label=${i} @scroll=${n.scrolled}>${s}</main>`}
    <footer class="foot" part="footer">
      ${n.unseen?l`<button type="button" class="newer" @click=${n.showEnd}>${e.say("newMessages")} ${Ce}</button>`:h}
      ${Ts(n)} ${Es(n)} ${n.composer}
    </footer>
    <span id="new-tab" hidden>${e.say("opensInNewTab")}</span>
  `}function $s({talk:n,words:e,naming:t,floating:s,logo:i,sound:r,...o}){let{control:c,agent:a}=n.situation.conversation??{control:"assistant",agent:null},u=c==="person",g=u?a??e.say("team",{business:t.business}):t.assistant,d=u?e.say(a?"team":"personAnswers",{business:t.business}):e.say("assistantOf",{business:t.business}),p=e.say(r?"soundOff":"soundOn");return l`
    <img class="mark" src=${i} alt="" width="40" height="40" />
    <div class="who" aria-live="polite">
      ${s?l`<h2 id="speaker">${g}</h2>`:l`<h1 id="speaker">${g}</h1>`}
      <p id="subtitle">${d}</p>
    </div>
    <button type="button" class="round plain" id="sound" aria-label=${p} title=${p}
      @click=${o.toggleSound}>${r?pt:mt}</button>
    <button type="button" class="quiet" id="start-over" title=${e.say("startOver")} @click=${o.askToStartOver}
      >${ut}<span class="label">${e.say("startOver")}</span></button>
    ${s?l`<button type="button" class="round plain" id="close" aria-label=${e.say("close")}
            title=${e.say("close")} @click=${o.close}>${Ce}</button>`:h}
  `}function xs({talk:n,words:e}){let t=n.situation.conversation?.control==="person";return l`<p class="notice" id="notice" ?hidden=${t}>${e.say("notice")}</p>`}function ks({talk:n,words:e,showEarlier:t}){return n.earlier?l`<button type="button" class="quiet earlier" @click=${t}>${e.say("earlier")}</button>`:h}function As({talk:n,words:e,naming:t}){let s=e.say("typing",{name:t.assistant});return l`<div id="typing" class="typing" ?hidden=${!n.thinking}>
    <span class="unseen">${s}</span><i></i><i></i><i></i>
  </div>`}function Ss({talk:n,words:e,press:t}){let s=n.choices;return l`<div id="choices" class="choices" role="group" aria-label=${e.say("choices")} aria-live="polite"
    ?hidden=${!s.length}>
    ${s.map(i=>l`<button type="button" dir="auto" @click=${r=>t(i,r.detail===0)}
          >${i.title}</button>`)}
  </div>`}function Ts({talk:n,words:e,returnToAssistant:t}){let{control:s,agent:i}=n.situation.conversation??{control:"assistant",agent:null},r=i?e.say("talkingTo",{name:i}):e.say("personWillAnswer");return l`<div id="person" class="strip" ?hidden=${s!=="person"}>
    <p>${r}</p>
    <button type="button" class="quiet" id="back" @click=${t}>${e.say("backToAssistant")}</button>
  </div>`}function Es({talk:n,words:e,retry:t}){let{problem:s}=n;return l`<div id="status" class="strip problem" role="status" ?hidden=${!s}>
    <p>${s?e.say(s):""}</p>
    <button type="button" class="quiet" id="retry" ?hidden=${!s||s==="busy"} @click=${t}
      >${e.say("tryAgain")}</button>
  </div>`}var ue=class{constructor(e){this.root=e;this.stick=!0;this.#e=new ResizeObserver(()=>this.changed());this.#t=null}#e;#t;scrolled(){let e=this.box;e&&(this.stick=e.scrollHeight-e.scrollTop-e.clientHeight<160)}changed(){let e=this.box;e!==this.#t&&this.#s(e),e&&this.stick&&(e.scrollTop=e.scrollHeight)}toEnd(){this.stick=!0,this.changed()}async keepPlace(e){let t=this.box,s=t?t.scrollHeight-t.scrollTop:0;this.stick=!1,await e(),t&&(t.scrollTop=t.scrollHeight-s)}#s(e){this.#e.disconnect(),this.#t=e;let t=this.root.querySelector("#log");for(let s of[e,t])s&&this.#e.observe(s)}get box(){return this.root.querySelector("#scroller")}};var F=null;function Pe(){try{F??=new AudioContext;let n=F.currentTime,e=F.createGain();e.gain.setValueAtTime(0,n),e.gain.linearRampToValueAtTime(.08,n+.02),e.gain.exponentialRampToValueAtTime(1e-4,n+.35),e.connect(F.destination);for(let[t,s]of[[660,0],[880,.09]]){let i=F.createOscillator();i.frequency.value=t,i.connect(e),i.start(n+s),i.stop(n+.4)}}catch{}}var Ms=U`
  color-scheme: light;
  --_surface: var(--deskhand-surface, #ffffff);
  --_head: var(--deskhand-header, #f3f7f3);
  --_text: var(--deskhand-text, #17241d);
  --_muted: var(--deskhand-muted, #55665c);
  --_line: var(--deskhand-line, #d8e3da);
  --_accent: var(--deskhand-accent, #1f6b4a);
  --_accent-text: var(--deskhand-accent-text, #17553a);
  --_on-accent: var(--deskhand-on-accent, #ffffff);
  --_theirs: var(--deskhand-bubble, #eaf3ec);
  --_warn: #8a3b12;
  --_warn-back: #fdf1e7;
  --_focus: var(--deskhand-focus, #0f6fd1);
  --_shadow: 0 12px 48px rgb(16 40 27 / 0.22);
`,Ot=U`
  color-scheme: dark;
  --_surface: var(--deskhand-surface-dark, #131c17);
  --_head: var(--deskhand-header-dark, #111a15);
  --_text: var(--deskhand-text-dark, #e6efe9);
  --_muted: var(--deskhand-muted-dark, #9fb3a7);
  --_line: var(--deskhand-line-dark, #2a3a31);
  --_accent: var(--deskhand-accent-dark, #2c7d57);
  --_accent-text: var(--deskhand-accent-text-dark, #8fd3af);
  --_on-accent: var(--deskhand-on-accent-dark, #ffffff);
  --_theirs: var(--deskhand-bubble-dark, #1e2b24);
  --_warn: #f3b78d;
  --_warn-back: #33231a;
  --_focus: var(--deskhand-focus-dark, #7cb8ff);
  --_shadow: 0 12px 48px rgb(0 0 0 / 0.6);
`,Rt=U`
  :host {
    ${Ms}
    --_radius: var(--deskhand-radius, 20px);
    --_corner: calc(var(--_radius) * 0.35);
    font: var(--deskhand-font, 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif);
    color: var(--_text);
    text-align: start;
    letter-spacing: normal;
    -webkit-text-size-adjust: 100%;
  }
  @media (prefers-color-scheme: dark) {
    :host(:not([theme="light"])) { ${Ot} }
  }
  :host([theme="dark"]) { ${Ot} }

  :host([mode="page"]) { display: block; height: var(--_height, 100%); }
  :host(:not([mode="page"])) {
    position: fixed; z-index: var(--deskhand-z-index, 2147483000); inset-block-end: 0; inset-inline-end: 0;
  }
  :host([hidden]) { display: none; }

  * { box-sizing: border-box; }
  [hidden] { display: none !important; }
  p, h1, h2, ul, ol { margin: 0; }
  button, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
  button { cursor: pointer; touch-action: manipulation; }
  button:disabled { cursor: default; }
  :focus-visible { outline: 3px solid var(--_focus); outline-offset: 2px; }

  .unseen {
    position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden;
    clip-path: inset(50%); white-space: nowrap; border: 0;
  }

  .app {
    display: flex; flex-direction: column; width: 100%; height: 100%; background: var(--_surface); overflow: hidden;
    container-type: inline-size;
  }
  :host(:not([mode="page"])) .app {
    position: fixed; inset-block-end: max(1.25rem, env(safe-area-inset-bottom)); inset-inline-end: 1.25rem;
    width: min(25rem, calc(100vw - 2.5rem)); height: min(44rem, calc(100dvh - 2.5rem));
    border: 1px solid var(--_line); border-radius: calc(var(--_radius) * 1.2); box-shadow: var(--_shadow);
    animation: rise 0.18s ease-out;
  }
  @keyframes rise { from { opacity: 0; transform: translateY(12px); } }

  .launcher {
    position: fixed; inset-block-end: max(1.25rem, env(safe-area-inset-bottom)); inset-inline-end: 1.25rem;
    display: grid; place-items: center; width: 60px; height: 60px; padding: 0; border: 0; border-radius: 50%;
    background: var(--_accent); color: var(--_on-accent); box-shadow: var(--_shadow);
  }
  .launcher svg { width: 28px; height: 28px; }
  .badge {
    position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-width: 24px; height: 24px; padding: 0 6px;
    border: 2px solid var(--_surface); border-radius: 999px; background: #b3261e; color: #fff;
    font-size: 0.78rem; font-weight: 700; line-height: 20px; text-align: center;
  }

  .bar {
    display: flex; align-items: center; gap: 0.35rem; background: var(--_head); border-block-end: 1px solid var(--_line);
    padding: calc(0.7rem + env(safe-area-inset-top)) 0.6rem 0.7rem 1rem;
  }
  .app[dir="rtl"] .bar { padding-inline: 1rem 0.6rem; }
  .mark { flex: none; border-radius: 13px; margin-inline-end: 0.45rem; }
  .who { flex: 1; min-width: 0; }
  .who h1, .who h2 { font-size: 1.08rem; line-height: 1.25; font-weight: 650; overflow-wrap: anywhere; }
  .who p { color: var(--_muted); font-size: 0.875rem; line-height: 1.3; }

  .quiet {
    flex: none; display: inline-flex; align-items: center; justify-content: center; gap: 0.4rem; min-height: 44px;
    padding: 0.4rem 0.9rem; border: 1px solid var(--_line); border-radius: 999px; background: transparent;
    color: var(--_accent-text); font-size: 0.9rem; font-weight: 550;
  }
  .quiet svg { width: 18px; height: 18px; }
  .strong {
    min-height: 44px; padding: 0.4rem 1.1rem; border: 0; border-radius: 999px; background: var(--_accent);
    color: var(--_on-accent); font-weight: 600;
  }
  .round {
    flex: none; display: grid; place-items: center; width: 44px; height: 44px; padding: 0; border: 0; border-radius: 50%;
    background: var(--_accent); color: var(--_on-accent);
  }
  .round.plain { background: transparent; color: var(--_muted); }
  .round.small { width: 32px; height: 32px; }
  .round.small svg { width: 16px; height: 16px; }
  .round:disabled { background: var(--_theirs); color: var(--_muted); }
  @container (max-width: 30rem) {
    #start-over { width: 44px; padding: 0; border-color: transparent; color: var(--_muted); }
    #start-over svg { width: 21px; height: 21px; }
    #start-over .label {
      position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
    }
  }

  .conversation {
    flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 1rem 1rem 0.5rem;
    display: flex; flex-direction: column; scrollbar-gutter: stable; scrollbar-width: thin;
  }
  .conversation:focus-visible { outline-offset: -3px; }
  .notice, .day, .divider, .message.system {
    color: var(--_muted); font-size: 0.85rem; text-align: center; text-wrap: balance;
  }
  .notice { padding: 0.1rem 1rem 0.4rem; }
  .day { margin: 0.9rem 0 0.1rem; font-weight: 600; font-size: 0.8rem; }
  .divider { margin: 1.2rem 0 0.2rem; border-block-start: 1px solid var(--_line); padding-block-start: 0.8rem; }
  .earlier { align-self: center; margin-block: 0.3rem 0.5rem; }
  #log { display: flex; flex-direction: column; }

  .message { display: flex; flex-direction: column; align-items: flex-start; max-width: 86%; margin-block-start: 0.35rem; }
  .message.first { margin-block-start: 1rem; }
  .message.contact { align-self: flex-end; align-items: flex-end; }
  .message.system { align-self: center; max-width: 100%; margin: 1rem 0 0.4rem; font-size: 0.875rem; }
  .byline { color: var(--_muted); font-size: 0.8rem; margin: 0 0.25rem 0.25rem; }
  .bubble {
    padding: 0.62rem 0.95rem; border-radius: var(--_radius); border-end-start-radius: var(--_corner);
    background: var(--_theirs); overflow-wrap: anywhere; unicode-bidi: isolate; max-width: 100%; text-align: start;
  }
  .contact .bubble {
    background: var(--_accent); color: var(--_on-accent); border-radius: var(--_radius);
    border-end-end-radius: var(--_corner); white-space: pre-wrap;
  }
  .agent .bubble { background: var(--_surface); border: 1px solid var(--_line); }
  .bubble.withdrawn { background: transparent; border: 1px dashed var(--_line); color: var(--_muted); font-style: italic; }
  .bubble :is(p, ol, ul) + :is(p, ol, ul) { margin-block-start: 0.55rem; }
  .bubble :is(ol, ul) { padding-inline-start: 1.4rem; }
  .bubble li + li { margin-block-start: 0.2rem; }
  .bubble a, .sources a { color: var(--_accent-text); text-underline-offset: 2px; overflow-wrap: anywhere; }
  .sources { font-size: 0.85rem; color: var(--_muted); margin: 0.4rem 0.35rem 0; }
  .sources ul { display: inline; list-style: none; padding: 0; }
  .sources li { display: inline; }
  .sources li + li::before { content: " · "; }
  .picture {
    display: block; max-width: min(100%, 17rem); max-height: 15rem; border-radius: calc(var(--_radius) * 0.8);
    border: 1px solid var(--_line); object-fit: cover; background: var(--_theirs); margin-block-end: 0.3rem;
  }
  .waiting .bubble { background: var(--_surface); color: var(--_text); border: 1.5px dashed var(--_accent); }
  .failed .bubble { background: var(--_warn-back); color: var(--_text); border: 1px solid var(--_warn); }
  .delivery { color: var(--_muted); font-size: 0.8rem; margin: 0.2rem 0.35rem 0; }
  .failed .delivery { color: var(--_warn); }

  .typing {
    align-self: flex-start; display: flex; gap: 0.3rem; margin-block-start: 0.6rem; padding: 0.85rem 1rem;
    border-radius: var(--_radius); border-end-start-radius: var(--_corner); background: var(--_theirs);
  }
  .typing i { width: 0.5rem; height: 0.5rem; border-radius: 50%; background: var(--_muted); animation: breathe 1.2s infinite; }
  .typing i:nth-of-type(2) { animation-delay: 0.15s; }
  .typing i:nth-of-type(3) { animation-delay: 0.3s; }
  @keyframes breathe { 0%, 60%, 100% { opacity: 0.3; } 30% { opacity: 1; } }

  .choices { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-block: 0.8rem 0.3rem; }
  .choices button {
    min-height: 44px; padding: 0.5rem 1rem; border: 1.5px solid var(--_accent); border-radius: 22px; background: var(--_surface);
    color: var(--_accent-text); font-weight: 550; text-align: start; overflow-wrap: anywhere;
  }
  @media (hover: hover) {
    .choices button:hover, .quiet:hover, .round.plain:hover { background: var(--_theirs); }
    .launcher:hover, .strong:hover, .round:not(.plain, :disabled):hover { filter: brightness(1.08); }
  }

  .foot { position: relative; padding: 0.5rem 0.8rem calc(0.8rem + env(safe-area-inset-bottom)); background: var(--_surface); }
  .newer {
    position: absolute; inset-block-end: calc(100% + 0.4rem); inset-inline: 0; width: max-content; margin-inline: auto; display: flex;
    align-items: center; gap: 0.4rem; min-height: 40px; padding: 0.3rem 0.9rem; border: 0; border-radius: 999px;
    background: var(--_text); color: var(--_surface); font-size: 0.88rem; box-shadow: 0 4px 16px rgb(0 0 0 / 0.25);
  }
  .newer svg { width: 16px; height: 16px; }
  .strip {
    display: flex; align-items: center; gap: 0.8rem; padding: 0.6rem 0.6rem 0.6rem 1rem; margin-block-end: 0.5rem;
    border-radius: calc(var(--_radius) * 0.8); background: var(--_theirs); font-size: 0.92rem;
  }
  .strip p { flex: 1; }
  .problem { background: var(--_warn-back); color: var(--_warn); min-height: 3rem; }
  .problem .quiet { color: inherit; border-color: currentColor; }
  .fault { color: var(--_warn); font-size: 0.88rem; margin: 0 0.4rem 0.5rem; }
  .chips { list-style: none; display: flex; flex-wrap: wrap; gap: 0.4rem; padding: 0; margin-block-end: 0.5rem; }
  .chips:empty { display: none; }
  .chip {
    display: inline-flex; align-items: center; gap: 0.5rem; max-width: 100%; padding: 0.25rem 0.4rem 0.25rem 0.7rem;
    border: 1px solid var(--_line); border-radius: 14px; background: var(--_theirs); color: var(--_text); font-size: 0.88rem;
    text-decoration: none;
  }
  .chip.sent { padding: 0.5rem 0.9rem 0.5rem 0.7rem; margin-block-end: 0.3rem; }
  .chip.bad { border-color: var(--_warn); background: var(--_warn-back); color: var(--_warn); }
  .chip.busy { border-style: dashed; }
  .chip > svg { flex: none; }
  .chip-text { display: flex; flex-direction: column; min-width: 0; line-height: 1.25; }
  .chip-text bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 14rem; }
  .chip-text small { color: var(--_muted); }
  .bad .chip-text small { color: inherit; }
  .composer {
    display: flex; align-items: flex-end; gap: 0.2rem; padding: 0.3rem; border: 1.5px solid var(--_line); border-radius: 26px;
    background: var(--_surface);
  }
  .composer:focus-within { border-color: var(--_accent); }
  .composer textarea {
    flex: 1; min-width: 0; max-height: 9.5rem; padding: 0.6rem 0.4rem; border: 0; outline: 0; resize: none;
    background: transparent; line-height: 1.45; text-align: start;
  }
  .composer > textarea:first-of-type:nth-child(-n + 2) { padding-inline-start: 0.8rem; }
  .composer textarea::placeholder { color: var(--_muted); opacity: 1; }
  .counter { font-size: 0.82rem; color: var(--_muted); padding: 0.35rem 0.9rem 0; text-align: end; }
  .counter.over { color: var(--_warn); font-weight: 600; }

  dialog {
    max-width: min(24rem, calc(100vw - 2rem)); border: 0; border-radius: 24px; padding: 1.5rem; background: var(--_surface);
    color: var(--_text); box-shadow: 0 20px 60px rgb(0 0 0 / 0.3);
  }
  dialog::backdrop { background: rgb(9 20 14 / 0.5); }
  dialog h2 { font-size: 1.15rem; margin-block-end: 0.5rem; }
  dialog p { color: var(--_muted); }
  dialog .row { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 0.6rem; margin-block-start: 1.3rem; }

  /* On a phone the open chat is the screen. */
  @media (max-width: 30rem), (max-height: 28rem) {
    :host(:not([mode="page"])) .app {
      inset: var(--_top, 0) 0 auto; width: 100%; height: var(--_height, 100dvh); border: 0; border-radius: 0;
    }
  }
  @container (min-width: 40rem) {
    .conversation { padding: 1.25rem 1.5rem 0.5rem; }
    .bar { padding: 1rem 1.5rem; }
    .foot { padding: 0.6rem 1.2rem 1.2rem; }
  }
  @media (max-height: 26rem) {
    .bar { padding-block: 0.3rem; }
    .mark { width: 30px; height: 30px; }
    .notice { display: none; }
  }
  @media (prefers-reduced-motion: reduce) {
    .typing i { animation: none; opacity: 0.6; }
    .app { animation: none !important; }
  }
  @media (forced-colors: active) {
    .bubble, .choices button, .quiet, .strong, .composer, .round, .launcher { border: 1px solid; }
  }
`;var pe=class{#e=null;#t=0;arrived(e){document.hidden&&(this.#e??=document.title,this.#t+=e,document.title=`(${this.#t}) ${this.#e}`)}looked(){this.#e!==null&&(document.title=this.#e,this.#e=null,this.#t=0)}};function Pt(n,e){let t=window.visualViewport;if(!t)return()=>{};let s=()=>{t.scale===1&&window.innerHeight-t.height>80?(n.style.setProperty("--_height",`${t.height}px`),n.style.setProperty("--_top",`${t.offsetTop}px`)):(n.style.removeProperty("--_height"),n.style.removeProperty("--_top")),e()};return t.addEventListener("resize",s),t.addEventListener("scroll",s),()=>{t.removeEventListener("resize",s),t.removeEventListener("scroll",s)}}var Cs=4e3,Os=document.currentScript?.src??document.querySelector('script[src*="/deskhand-chat.js"]')?.src??"",me=class extends k{static{this.styles=Rt}static{this.properties={server:{},mode:{reflect:!0},theme:{reflect:!0},open:{type:Boolean,reflect:!0},lang:{},assistant:{},business:{},logo:{},strings:{type:Object},sound:{state:!0},unseen:{state:!0}}}#e=null;#t=null;#s=null;#n=null;#i=null;#l=!1;#o=!1;#r=null;#a=null;#c=new pe;#g=[];constructor(){super(),this.server="",this.mode="floating",this.theme="auto",this.open=!1,this.assistant="",this.business="",this.logo="",this.strings={},this.sound=!1,this.unseen=!1}get base(){let e=this.server||Os.replace(/static\/[^/]*$/,"")||"./";return new URL(e.endsWith("/")?e:`${e}/`,document.baseURI).href}connectedCallback(){super.connectedCallback(),document.addEventListener("visibilitychange",this.#y),this.#g=[()=>document.removeEventListener("visibilitychange",this.#y),Pt(this,()=>this.#r?.changed())]}disconnectedCallback(){super.disconnectedCallback();for(let e of this.#g)e();this.#e?.stop(),this.#e=null,this.#o=!1}willUpdate(e){this.#e||this.#v(),(!this.#i||e.has("strings")||e.has("lang"))&&(this.#i=this.#k()),!this.#o&&(this.#h||this.#e?.known)&&(this.#o=!0,this.#e?.start())}updated(e){this.#t?.fit(),this.#a??=this.renderRoot.querySelector("dialog"),e.has("open")&&e.get("open")!==void 0&&this.#A(),this.#r?.changed(),this.#y()}render(){let e=this.#i,t=this.mode!=="page";return l`
      <div class="app" part="panel" dir=${this.#p} lang=${e.language}
        role=${t?"dialog":h} aria-label=${t?e.say("conversation"):h}
        ?hidden=${!this.#h}
        @keydown=${this.#S} @dragover=${this.#T} @drop=${this.#E}>
        ${this.#h?this.#f(e,t):h}
      </div>
      ${t?this.#b(e):h} ${this.#u(e)}
    `}#f(e,t){let s=this.#e,i=()=>this.requestUpdate();return Ct({talk:s,words:e,floating:t,naming:this.#x,logo:this.logo||`${this.base}static/icon.svg`,announce:this.#l,sound:this.sound,unseen:this.unseen,composer:this.#t.render({words:e,most:s.session?.max_characters??Cs,uploads:s.session?.uploads??null,changed:i,send:r=>this.#m(r)}),press:(r,o)=>{this.#r?.toEnd(),s.press(r),o&&this.#t?.focus()},askToStartOver:()=>this.#a?.showModal(),toggleSound:()=>this.#_(),close:()=>this.hide(),returnToAssistant:()=>{s.returnToAssistant().then(()=>this.#t?.focus())},showEarlier:()=>{this.#r?.keepPlace(()=>s.showEarlier().then(()=>this.updateComplete))},retry:()=>s.retryNow(),scrolled:()=>{this.#r?.scrolled(),this.#r?.stick&&(this.unseen=!1)},showEnd:()=>{this.unseen=!1,this.#r?.toEnd()}})}#b(e){let t=this.open?0:this.#e?.unread??0,s=t>1?e.say("openUnread",{count:t}):e.say(t?"openUnreadOne":"open");return l`<button type="button" id="launcher" class="launcher" part="launcher" dir=${this.#p}
      aria-label=${s} aria-expanded=${this.open} ?hidden=${this.open} @click=${()=>this.show()}>
      ${ct}
      ${t?l`<span class="badge" part="badge" aria-hidden="true">${t>9?"9+":t}</span>`:h}
    </button>`}#u(e){return l`<dialog id="sure" aria-labelledby="sure-title" dir=${this.#p} lang=${e.language}
      @close=${this.#$}>
      <form method="dialog">
        <h2 id="sure-title">${e.say("sureTitle")}</h2>
        <p>${e.say("sureText")}</p>
        <div class="row">
          <button value="no" class="quiet">${e.say("keepThis")}</button>
          <button value="yes" class="strong">${e.say("startOver")}</button>
        </div>
      </form>
    </dialog>`}show(){this.mode!=="page"&&(this.open=!0,this.#n?.set("open","yes"),this.dispatchEvent(new CustomEvent("deskhand-open",{bubbles:!0,composed:!0})))}hide(){this.mode!=="page"&&(this.open=!1,this.#n?.remove("open"),this.dispatchEvent(new CustomEvent("deskhand-close",{bubbles:!0,composed:!0})))}#v(){let e=new X(this.base),t=new URL(this.base).host+new URL(this.base).pathname,s=this.#s=new j(t,()=>localStorage);this.sound=s.get("sound")==="on",this.#e=new ie(e,s,{changed:()=>this.requestUpdate(),arrived:o=>this.#w(o),begun:()=>{this.#l=!1,this.#r?.toEnd(),setTimeout(()=>this.#d(),500)}});let i=this.#n=new j(t,()=>sessionStorage);i.get("open")&&!matchMedia("(max-width: 30rem)").matches&&(this.open=!0);let r=this.renderRoot;this.#r=new ue(r),this.#t=new le(i,r,new re(e,()=>this.requestUpdate())),setTimeout(()=>this.#d(),1e3)}#d(){this.#l=!0,this.requestUpdate()}#m(e){this.#r?.toEnd(),this.#e?.say(e,this.#t?.files.take()??[])}#w(e){this.sound&&Pe(),this.#r?.stick||(this.unseen=!0),this.#c.arrived(e.length);let t={count:e.length};this.dispatchEvent(new CustomEvent("deskhand-message",{detail:t,bubbles:!0,composed:!0}))}#y=()=>{document.hidden||(this.#c.looked(),this.#h&&this.#e?.markRead())};#_(){this.sound=!this.sound,this.#s?.set("sound",this.sound?"on":"off"),this.sound&&Pe()}#$=()=>{let e=this.#a;e?.returnValue==="yes"&&this.#e?.startOver(),e&&(e.returnValue="")};#S=e=>{e.key==="Escape"&&!e.defaultPrevented&&this.mode!=="page"&&(e.stopPropagation(),this.hide())};#T=e=>{this.#e?.session?.uploads&&e.dataTransfer?.types.includes("Files")&&e.preventDefault()};#E=e=>{let t=this.#e?.session?.uploads,s=[...e.dataTransfer?.files??[]];!t||!s.length||(e.preventDefault(),this.#t?.files.add(s,t))};get#h(){return this.mode==="page"||this.open}get#x(){let e=this.#e?.session;return{assistant:this.assistant||(e?.assistant??""),business:this.business||(e?.business??"")}}get#p(){let e=this.getAttribute("lang")?this:this.closest("[dir]"),t=this.dir||e?.dir;return t==="rtl"||t==="ltr"?t:this.#i.direction}#k(){let e=this.lang||this.closest("[lang]")?.lang||navigator.language||"en";return new Q(e,this.strings)}#A(){let e=matchMedia("(pointer: coarse)").matches;this.open?e?this.renderRoot.querySelector("#scroller")?.focus():this.#t?.focus():this.renderRoot.querySelector("#launcher")?.focus(),this.#r?.toEnd()}};customElements.get("deskhand-chat")||customElements.define("deskhand-chat",me);})();
